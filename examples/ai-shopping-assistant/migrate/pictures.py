"""A picture for each product, put into the bucket with a signature in the headers (AWS Signature Version 4)."""
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timezone
from html import escape
from urllib.parse import quote, urlsplit

import httpx


@dataclass(frozen=True)
class Bucket:
    endpoint: str
    name: str
    region: str
    access_key: str
    secret_key: str


def draw(name: str, colour: str) -> bytes:
    letters = "".join(word[0] for word in name.split()[:2]).upper()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96">'
        f'<rect width="96" height="96" rx="12" fill="{escape(colour)}"/>'
        '<text x="48" y="60" font-family="sans-serif" font-size="36" fill="#fff" text-anchor="middle">'
        f"{escape(letters)}</text></svg>"
    ).encode()


def put(bucket: Bucket, key: str, content: bytes, kind: str) -> None:
    address, path = urlsplit(bucket.endpoint), f"/{bucket.name}/{quote(key)}"
    stamp = f"{datetime.now(timezone.utc):%Y%m%dT%H%M%SZ}"
    scope = f"{stamp[:8]}/{bucket.region}/s3/aws4_request"
    digest = hashlib.sha256(content).hexdigest()
    headers = {"host": address.netloc, "x-amz-content-sha256": digest, "x-amz-date": stamp}
    signed = ";".join(headers)
    asked = "\n".join(["PUT", path, "", *(f"{name}:{value}" for name, value in headers.items()), "", signed, digest])
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(asked.encode()).hexdigest()])
    secret = f"AWS4{bucket.secret_key}".encode()
    for part in scope.split("/"):
        secret = hmac.digest(secret, part.encode(), "sha256")
    signature = hmac.digest(secret, text.encode(), "sha256").hex()
    login = f"AWS4-HMAC-SHA256 Credential={bucket.access_key}/{scope}, SignedHeaders={signed}, Signature={signature}"
    answer = httpx.put(
        f"{bucket.endpoint}{path}", content=content, headers={**headers, "authorization": login, "content-type": kind}
    )
    answer.raise_for_status()
