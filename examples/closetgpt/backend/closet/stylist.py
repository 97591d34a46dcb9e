"""Outfits: OpenAI's, where a key is given and today's dollars last, otherwise by a rule that says that it is one."""
import json
import time
from dataclasses import dataclass
from typing import Any

import httpx

from . import metrics

MODEL = "gpt-4o-mini"
# Dollars per token, list price of August 2025.
INPUT, OUTPUT = 0.15e-6, 0.60e-6
PARTS = ("top", "bottom", "shoes", "coat")
NEUTRAL = {"black", "white", "grey", "beige", "navy"}


@dataclass(frozen=True)
class Outfit:
    pieces: list[dict[str, Any]]
    words: str
    # Who chose: `openai` or `closetgpt`.
    by: str


class Stylist:
    def __init__(self, key: str, daily: float):
        self._key = key if key.startswith("sk-") else ""
        self._daily, self._spent, self._day = daily, 0.0, ""
        self._client = httpx.AsyncClient(base_url="https://api.openai.com/v1/", timeout=20)

    async def close(self) -> None:
        await self._client.aclose()

    async def choose(self, pieces: list[dict[str, Any]], occasion: str, weather: str | None) -> Outfit:
        if self._key and self._left() > 0:
            try:
                return await self._ask(pieces, occasion, weather)
            except (httpx.HTTPError, KeyError, ValueError) as error:
                print(f"stylist: OpenAI did not help: {error or type(error).__name__}", flush=True)
        return by_rule(pieces, occasion, weather, bool(self._key))

    async def _ask(self, pieces: list[dict[str, Any]], occasion: str, weather: str | None) -> Outfit:
        wardrobe = [{key: piece.get(key) for key in ("id", "name", "kind", "colour")} for piece in pieces]
        wish = {"occasion": occasion, "weather": weather, "wardrobe": wardrobe}
        asked = {
            "model": MODEL,
            "response_format": {"type": "json_object"},
            "messages": [
                {"role": "system", "content": 'Choose an outfit. Answer {"ids": [...], "words": "one sentence"}.'},
                {"role": "user", "content": json.dumps(wish)},
            ],
        }
        login = {"authorization": f"Bearer {self._key}"}
        answer = await self._client.post("chat/completions", json=asked, headers=login)
        answer.raise_for_status()
        body = answer.json()
        cost = body["usage"]["prompt_tokens"] * INPUT + body["usage"]["completion_tokens"] * OUTPUT
        self._spent += cost
        metrics.ai_spend.labels("openai").inc(cost)
        said = json.loads(body["choices"][0]["message"]["content"])
        chosen = [piece for piece in pieces if piece["id"] in said["ids"]]
        if not chosen:
            raise ValueError("it chose nothing that is in the wardrobe")
        return Outfit(chosen, str(said["words"]), "openai")

    def _left(self) -> float:
        today = time.strftime("%Y-%m-%d", time.gmtime())
        if today != self._day:
            self._day, self._spent = today, 0.0
        return self._daily - self._spent


def by_rule(pieces: list[dict[str, Any]], occasion: str, weather: str | None, has_key: bool) -> Outfit:
    """One piece of each part; colours go with a neutral one or with themselves."""
    chosen: list[dict[str, Any]] = []
    for part in PARTS:
        candidates = sorted((p for p in pieces if p["kind"] == part), key=lambda p: (p["name"], p["id"]))
        fitting = [p for p in candidates if all(goes_with(p["colour"], other["colour"]) for other in chosen)]
        if candidates:
            chosen.append((fitting or candidates)[0])
    why = "OpenAI does not help now" if has_key else "no key of OpenAI is given"
    names = ", ".join(piece["name"] for piece in chosen)
    air = f" ({weather})" if weather else ""
    return Outfit(chosen, f"For {occasion}{air}: {names}. Chosen by ClosetGPT's own rule, because {why}.", "closetgpt")


def goes_with(one: str, other: str) -> bool:
    return one == other or one in NEUTRAL or other in NEUTRAL
