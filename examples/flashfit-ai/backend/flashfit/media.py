"""Photos in the bucket, through pre-signed URLs (AWS Signature Version 4 in the query string)."""
import hashlib
import hmac
from datetime import datetime, timezone
from urllib.parse import quote, urlsplit

import httpx

from .settings import Bucket

VALID = 300  # seconds


class MediaError(Exception):
    """The bucket did not take or give the object."""


def presign(bucket: Bucket, method: str, key: str) -> str:
    """A URL with which anyone may do this one thing with this one object for `VALID` seconds."""
    url = f"{bucket.endpoint.rstrip('/')}/{bucket.name}/{quote(key)}"
    return sign_url(bucket, method, url, datetime.now(timezone.utc), VALID)


def sign_url(bucket: Bucket, method: str, url: str, at: datetime, valid: int) -> str:
    """Adds the signature to a URL whose path is quoted already."""
    stamp, scope = f"{at:%Y%m%dT%H%M%SZ}", f"{at:%Y%m%d}/{bucket.region}/s3/aws4_request"
    address = urlsplit(url)
    given = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{bucket.access_key}/{scope}",
        "X-Amz-Date": stamp,
        "X-Amz-Expires": str(valid),
        "X-Amz-SignedHeaders": "host",
    }
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in sorted(given.items()))
    request = "\n".join([method, address.path, query, f"host:{address.netloc}", "", "host", "UNSIGNED-PAYLOAD"])
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"AWS4{bucket.secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return f"{url}?{query}&X-Amz-Signature={hmac.digest(key, text.encode(), 'sha256').hex()}"


class Media:
    def __init__(self, bucket: Bucket):
        self._bucket = bucket
        self._client = httpx.AsyncClient(timeout=10, trust_env=False)

    async def close(self) -> None:
        await self._client.aclose()

    async def put(self, key: str, content: bytes, kind: str) -> None:
        await self._send("PUT", key, content=content, headers={"Content-Type": kind})

    async def get(self, key: str) -> tuple[bytes, str]:
        answer = await self._send("GET", key)
        return answer.content, answer.headers.get("content-type", "application/octet-stream")

    async def delete(self, key: str) -> None:
        await self._send("DELETE", key)

    async def _send(self, method: str, key: str, **rest) -> httpx.Response:
        try:
            answer = await self._client.request(method, presign(self._bucket, method, key), **rest)
            answer.raise_for_status()
            return answer
        except httpx.HTTPStatusError as refused:
            raise MediaError(f"the bucket answered {refused.response.status_code} to {method} {key}") from None
        except httpx.HTTPError as gone:
            raise MediaError(f"the bucket does not answer: {type(gone).__name__}") from None
