"""The encoder service's vectors for a text or a picture, kept in Redis under the hash of the content."""
import asyncio
import base64
import hashlib
from dataclasses import dataclass
from time import perf_counter

import httpx
import numpy as np

from . import metrics
from .cache import RedisError

ENCODERS = ("clip", "blip", "fashion")
Vectors = dict[str, np.ndarray]


class EncoderError(Exception):
    """The encoder does not answer, or answers with vectors that this index cannot use."""


class BadInput(Exception):
    """The encoder refuses the picture."""


@dataclass(frozen=True)
class Encoded:
    vectors: Vectors
    cache: str  # hit | miss | bypass


class Embeddings:
    def __init__(self, url: str, cache, ttl: int):
        self._client = httpx.AsyncClient(base_url=url, timeout=httpx.Timeout(20, connect=2), trust_env=False)
        self._cache, self._ttl = cache, ttl

    async def close(self) -> None:
        await self._client.aclose()

    async def ping(self) -> None:
        (await self._client.get("/health/ready", timeout=0.8)).raise_for_status()

    async def of(self, content: str | bytes, signature: str) -> Encoded:
        """`signature` is the encoder with which the index was built; vectors of another one are refused."""
        raw = content.encode() if isinstance(content, str) else content
        key = f"embedding:{signature}:{hashlib.sha256(raw).hexdigest()}"
        kept = await self._look_up(key)
        if isinstance(kept, bytes):
            return Encoded(unpack(kept), "hit")
        vectors = await self._encode(content, signature)
        await self._keep(key, vectors)
        return Encoded(vectors, "bypass" if kept is False else "miss")

    async def _look_up(self, key: str) -> bytes | None | bool:
        """The bytes, None when they are not there, False when Redis does not answer."""
        began = perf_counter()
        try:
            kept = await self._cache.get(key)
        except RedisError:
            kept = False
        metrics.cache_seconds.observe(perf_counter() - began)
        metrics.cache_requests.labels("bypass" if kept is False else "hit" if kept else "miss").inc()
        return kept

    async def _keep(self, key: str, vectors: Vectors) -> None:
        try:
            await self._cache.set(key, pack(vectors), ex=self._ttl)
        except RedisError:
            pass  # The look-up has counted it, and readiness reports it.

    async def _encode(self, content: str | bytes, signature: str) -> Vectors:
        body = {"texts": [content]} if isinstance(content, str) else {"image": base64.b64encode(content).decode()}
        with metrics.encode_seconds.time():
            answer = await self._post("/encode", body)
        if answer["signature"] != signature:
            raise EncoderError(
                f"the index was built with encoder {signature}, the encoder is {answer['signature']}; run the indexer"
            )
        return {name: np.array(answer["vectors"][name][0], dtype=np.float32) for name in ENCODERS}

    async def caption(self, picture: bytes) -> str:
        return (await self._post("/caption", {"image": base64.b64encode(picture).decode()}))["caption"]

    async def _post(self, path: str, body: dict) -> dict:
        """Encoding changes nothing, so a call that met a leaving instance is made again."""
        for attempt in range(3):
            try:
                answer = await self._client.post(path, json=body)
                if answer.status_code == 422:
                    raise BadInput(str(answer.json()["detail"]))
                answer.raise_for_status()
                return answer.json()
            except httpx.HTTPError as error:
                metrics.encode_failures.inc()
                if attempt == 2:
                    raise EncoderError(f"the encoder does not answer: {error or type(error).__name__}") from None
                await asyncio.sleep(0.1)
        raise AssertionError("unreachable")


def pack(vectors: Vectors) -> bytes:
    return b"".join(vectors[name].astype("<f4").tobytes() for name in ENCODERS)


def unpack(kept: bytes) -> Vectors:
    parts = np.frombuffer(kept, dtype="<f4").reshape(len(ENCODERS), -1)
    return dict(zip(ENCODERS, parts))
