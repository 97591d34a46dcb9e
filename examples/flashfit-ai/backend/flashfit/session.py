"""Who is asking: a signed token (JWT, HS256) in the Authorization header."""
import base64
import hashlib
import hmac
import json
import time

LIFETIME = 30 * 24 * 3600  # seconds


class BadToken(Exception):
    """A token that is not ours, or no longer."""


def sign(user: str, secret: str, now: float | None = None) -> str:
    issued = int(time.time() if now is None else now)
    head = encode({"alg": "HS256", "typ": "JWT"})
    body = encode({"sub": user, "iat": issued, "exp": issued + LIFETIME})
    return f"{head}.{body}.{signature(f'{head}.{body}', secret)}"


def verify(token: str, secret: str, now: float | None = None) -> str:
    """The user's id."""
    try:
        head, body, given = token.split(".")
        if not hmac.compare_digest(given, signature(f"{head}.{body}", secret)):
            raise BadToken("the session's signature is wrong; sign in again")
        if decode(head)["alg"] != "HS256":
            raise BadToken("the session's algorithm is wrong; sign in again")
        claims = decode(body)
        if claims["exp"] < (time.time() if now is None else now):
            raise BadToken("the session has ended; sign in again")
        return claims["sub"]
    except (ValueError, KeyError, TypeError):
        raise BadToken("the session's token is malformed; sign in again") from None


def signature(text: str, secret: str) -> str:
    return unpadded(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest())


def encode(value: dict) -> str:
    return unpadded(json.dumps(value, separators=(",", ":")).encode())


def decode(part: str) -> dict:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def unpadded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
