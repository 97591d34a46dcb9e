"""s3.py METHOD KEY [signed|unsigned|expired|forged]: one request with a pre-signed URL, prints status and body.

A PUT sends standard input. The bucket and the key come from MEDIA_*.
"""
import datetime
import hashlib
import hmac
import os
import sys
import urllib.error
import urllib.parse
import urllib.request

METHOD, KEY, MODE = sys.argv[1], sys.argv[2], (sys.argv[3:] or ["signed"])[0]
ENDPOINT, BUCKET = os.environ["MEDIA_ENDPOINT"], os.environ["MEDIA_BUCKET"]
REGION, ACCESS = os.environ["MEDIA_REGION"], os.environ["MEDIA_ACCESS_KEY"]
SECRET = open(os.environ["MEDIA_SECRET_KEY_FILE"], encoding="utf-8").read()


def presigned(path):
    """AWS Signature Version 4 in the query."""
    now = datetime.datetime.now(datetime.timezone.utc)
    if MODE == "expired":
        now -= datetime.timedelta(hours=2)
    stamp, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
    scope = f"{day}/{REGION}/s3/aws4_request"
    query = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{ACCESS}/{scope}",
        "X-Amz-Date": stamp,
        "X-Amz-Expires": "300",
        "X-Amz-SignedHeaders": "host",
    }
    search = "&".join(f"{key}={urllib.parse.quote(value, safe='')}" for key, value in sorted(query.items()))
    host = urllib.parse.urlparse(ENDPOINT).netloc
    canonical = f"{METHOD}\n{path}\n{search}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD"
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{'wrong' if MODE == 'forged' else SECRET}".encode()
    for part in (day, REGION, "s3", "aws4_request", text):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return f"{ENDPOINT}{path}?{search}&X-Amz-Signature={key.hex()}"


path = f"/{BUCKET}/{KEY}" if KEY != "-" else f"/{BUCKET}"
url = f"{ENDPOINT}{path}" if MODE == "unsigned" else presigned(path)
body = sys.stdin.buffer.read() if METHOD == "PUT" else None
try:
    with urllib.request.urlopen(urllib.request.Request(url, body, method=METHOD), timeout=10) as answer:
        print(answer.status, answer.read().decode())
except urllib.error.HTTPError as error:
    print(error.code, error.read().decode())
