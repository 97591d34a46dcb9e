"""A sentence about the best find, word by word: by OpenAI within the daily budget, otherwise by our own phrases."""
import asyncio
import json
import time
from datetime import datetime, timezone
from typing import AsyncIterator

import httpx

from . import metrics
from .cache import RedisError

MODEL = "gpt-4o-mini"
# Dollars per token, https://openai.com/api/pricing, read 2025-06.
PRICE_IN, PRICE_OUT = 0.15e-6, 0.60e-6
LONGEST_ANSWER = 80  # tokens
# Seconds without OpenAI after it failed.
PAUSE = 300
# Between two words of our own, so that reading along is pleasant.
PACE = 0.04


class Stylist:
    def __init__(self, key: str, daily: float, cache):
        self._key, self._daily, self._cache = key, daily, cache
        self._paused_until = 0.0
        # Reads HTTPS_PROXY: the platform lets calls out only through its proxy.
        self._client = httpx.AsyncClient(timeout=httpx.Timeout(4, connect=2))

    async def close(self) -> None:
        await self._client.aclose()

    async def words(self, wish: str, item: dict, others: list[dict]) -> AsyncIterator[tuple[str, str]]:
        """(word, author) pairs; the author is `openai` or `flashfit`."""
        said = False
        if await self._may_ask():
            try:
                async for piece in self._ask(wish, item):
                    said = True
                    yield piece, "openai"
                return
            except (httpx.HTTPError, ValueError, KeyError):
                self._paused_until = time.monotonic() + PAUSE
        if not said:
            for word in own_phrase(item, others).split():
                yield f"{word} ", "flashfit"
                await asyncio.sleep(PACE)

    async def _may_ask(self) -> bool:
        if not self._key.startswith("sk-") or time.monotonic() < self._paused_until:
            return False
        try:
            return float(await self._cache.get(spend_key()) or 0) < self._daily
        except RedisError:
            return False  # Without the tally the budget cannot be kept.

    async def _ask(self, wish: str, item: dict) -> AsyncIterator[str]:
        prompt = f"In one friendly sentence, say why a {item['title']} suits someone who asked for: {wish}"
        body = {"model": MODEL, "stream": True, "max_tokens": LONGEST_ANSWER, "messages": [{"role": "user", "content": prompt}]}
        pieces = 0
        try:
            async with self._client.stream(
                "POST", "https://api.openai.com/v1/chat/completions", json=body,
                headers={"Authorization": f"Bearer {self._key}"},
            ) as answer:  # fmt: skip
                answer.raise_for_status()
                async for line in answer.aiter_lines():
                    if line.startswith("data: {"):
                        piece = json.loads(line[6:])["choices"][0]["delta"].get("content")
                        if piece:
                            pieces += 1
                            yield piece
        finally:
            if pieces:
                await self._spend(len(prompt) / 4 * PRICE_IN + pieces * PRICE_OUT)

    async def _spend(self, dollars: float) -> None:
        metrics.ai_spend.labels("openai").inc(dollars)
        try:
            await self._cache.incrbyfloat(spend_key(), dollars)
            await self._cache.expire(spend_key(), 2 * 86400)
        except RedisError:
            self._paused_until = time.monotonic() + PAUSE


def spend_key() -> str:
    return f"spend:openai:{datetime.now(timezone.utc):%Y-%m-%d}"


def own_phrase(item: dict, others: list[dict]) -> str:
    rest = [other["title"].lower() for other in others if other["category"] != item["category"]][:1]
    also = f" It goes well with the {rest[0]}." if rest else ""
    return (
        f"The {item['title'].lower()} comes closest: {item['colour']} {item['material']}, made for {item['season']}"
        f" and {item['style']} days.{also}"
    )
