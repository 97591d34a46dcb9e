"""Photos go straight between browser and bucket, by links that are good for one thing and five minutes (AWS Signature
Version 4 in the query string). The API never carries them.
"""
import hashlib
import hmac
from datetime import datetime, timezone
from urllib.parse import quote, urlsplit

from .settings import Bucket

VALID = 300  # seconds


def link(bucket: Bucket, method: str, key: str, host: str) -> str:
    """Where the bucket has an address of its own that browsers reach, there; else behind the app's own door, whose host
    the browser called.
    """
    address = urlsplit(bucket.endpoint)
    reachable = address.scheme == "https"
    path = f"/{bucket.name}/{quote(key)}"
    query = sign(bucket, method, address.netloc if reachable else host, path, datetime.now(timezone.utc))
    return f"{bucket.endpoint if reachable else ''}{path}?{query}"


def sign(bucket: Bucket, method: str, host: str, path: str, at: datetime) -> str:
    stamp, scope = f"{at:%Y%m%dT%H%M%SZ}", f"{at:%Y%m%d}/{bucket.region}/s3/aws4_request"
    given = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{bucket.access_key}/{scope}",
        "X-Amz-Date": stamp,
        "X-Amz-Expires": str(VALID),
        "X-Amz-SignedHeaders": "host",
    }
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in sorted(given.items()))
    asked = "\n".join([method, path, query, f"host:{host}", "", "host", "UNSIGNED-PAYLOAD"])
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(asked.encode()).hexdigest()])
    key = f"AWS4{bucket.secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return f"{query}&X-Amz-Signature={hmac.digest(key, text.encode(), 'sha256').hex()}"
