"""Who is asking: a token of the issuer, checked with its public keys, and links that ClosetGPT signs itself."""
import asyncio
import time

import httpx
import jwt

from .settings import Users

FRESH = 3600  # seconds for which the issuer's keys are good
AGAIN = 10  # seconds between two looks for a key that is not known
SHARED = 7 * 24 * 3600  # seconds for which a link to an outfit works


class BadToken(Exception):
    """No token, one that is not the issuer's, or one that has ended."""


class Tokens:
    def __init__(self, users: Users):
        self._users = users
        self._keys: dict[str, jwt.PyJWK] = {}
        self._read = -float("inf")
        self._lock = asyncio.Lock()
        self._client = httpx.AsyncClient(timeout=5)

    async def close(self) -> None:
        await self._client.aclose()

    async def user(self, header: str | None) -> str:
        """The user's id, from an Authorization header."""
        scheme, _, token = (header or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise BadToken("sign in first")
        try:
            key = await self._key(jwt.get_unverified_header(token).get("kid", ""))
            claims = jwt.decode(
                token, key.key, algorithms=["RS256"], audience=self._users.audience, issuer=self._users.issuer,
                options={"require": ["exp", "iat", "sub"]},
            )  # fmt: skip
        except jwt.PyJWTError as error:
            raise BadToken(f"the token is not good: {error}") from error
        return claims["sub"]

    async def ping(self) -> None:
        await self._refresh(FRESH)
        if not self._keys:
            raise RuntimeError("the issuer has no keys")

    async def _key(self, kid: str) -> jwt.PyJWK:
        await self._refresh(FRESH if kid in self._keys else AGAIN)
        if kid not in self._keys:
            raise BadToken("the token is signed with a key that the issuer does not have")
        return self._keys[kid]

    async def _refresh(self, good_for: float) -> None:
        async with self._lock:
            if time.monotonic() - self._read < good_for and self._keys:
                return
            answer = await self._client.get(self._users.jwks_url)
            answer.raise_for_status()
            self._keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(answer.json()).keys}
            self._read = time.monotonic()


def sign_link(secret: str, user: str, outfit: str) -> str:
    claims = {"sub": user, "outfit": outfit, "exp": int(time.time()) + SHARED}
    return jwt.encode(claims, secret, algorithm="HS256")


def read_link(secret: str, token: str) -> tuple[str, str]:
    """User and outfit."""
    try:
        claims = jwt.decode(token, secret, algorithms=["HS256"], options={"require": ["exp", "sub"]})
        return claims["sub"], claims["outfit"]
    except (jwt.PyJWTError, KeyError) as error:
        raise BadToken("the link is not good, or no longer") from error
