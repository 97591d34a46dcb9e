"""The weather at a place, from OpenWeather, where a key is given."""
import re

import httpx


class Weather:
    def __init__(self, key: str):
        self._key = key if re.fullmatch(r"[0-9a-f]{32}", key) else ""
        self._client = httpx.AsyncClient(timeout=5)

    async def close(self) -> None:
        await self._client.aclose()

    async def at(self, city: str | None) -> str | None:
        """`Paris: light rain, 12 °C`; None where nobody knows."""
        if not city or not self._key:
            return None
        params = {"q": city, "units": "metric", "appid": self._key}
        try:
            answer = await self._client.get("https://api.openweathermap.org/data/2.5/weather", params=params)
            answer.raise_for_status()
            body = answer.json()
            return f"{body['name']}: {body['weather'][0]['description']}, {body['main']['temp']:.0f} °C"
        except (httpx.HTTPError, KeyError, ValueError, IndexError) as error:
            # The key stands in the address, so the address stays out of the log.
            print(f"weather: {type(error).__name__}", flush=True)
            return None
