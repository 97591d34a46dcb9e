"""What the platform itself asks of an S3 bucket: `setup` brings accounts, bucket, policy and versioning up to
date, `expire` deletes objects that are too old. Python's own library alone; may run any number of times.
"""
import datetime
import hashlib
import hmac
import http.client
import os
import sys
import urllib.parse
import xml.etree.ElementTree as xml

BUCKET = os.environ["BUCKET"]
REGION = os.environ["REGION"]
HOST = os.environ["HOST"]
KEY = os.environ["ACCESS_KEY"]


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


SECRET = read("/run/secrets/key").strip()


def request(method, path, query=None, body=b"", accept=(200, 204)):
    """Signs with AWS Signature Version 4 and sends. Any other answer than `accept` ends the program."""
    now = datetime.datetime.now(datetime.timezone.utc)
    stamp, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
    digest = hashlib.sha256(body).hexdigest()
    headers = {"host": HOST, "x-amz-content-sha256": digest, "x-amz-date": stamp}
    quote = lambda text: urllib.parse.quote(text, safe="-_.~")
    search = "&".join(f"{quote(k)}={quote(v)}" for k, v in sorted((query or {}).items()))
    target = urllib.parse.quote(path, safe="/-_.~")
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    canonical = f"{method}\n{target}\n{search}\n{lines}\n{names}\n{digest}"
    scope = f"{day}/{REGION}/s3/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{SECRET}".encode()
    for part in (day, REGION, "s3", "aws4_request", text):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={KEY}/{scope}, SignedHeaders={names}, Signature={key.hex()}"
    )
    connection = http.client.HTTPConnection(HOST, timeout=20)
    connection.request(method, target + (f"?{search}" if search else ""), body, headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    if answer.status not in accept:
        sys.exit(f"{method} {path}?{search}: {answer.status} {content.decode(errors='replace')[:500]}")
    return answer.status, content


def setup():
    """The accounts are the gateway's own file, which it reads at each request; the rest goes through S3."""
    temporary = "/data/iam/users.json.new"
    with open(temporary, "w", encoding="utf-8", opener=lambda p, f: os.open(p, f, 0o600)) as file:
        file.write(read("/run/secrets/users.json"))
    os.replace(temporary, "/data/iam/users.json")
    if request("HEAD", f"/{BUCKET}", accept=(200, 404))[0] == 404:
        request("PUT", f"/{BUCKET}")
    policy = read("/run/config/policy.json")
    if policy:
        request("PUT", f"/{BUCKET}", {"policy": ""}, policy.encode())
    else:
        request("DELETE", f"/{BUCKET}", {"policy": ""}, accept=(200, 204, 404))
    status = "Enabled" if os.environ["VERSIONING"] == "true" else "Suspended"
    if status == "Enabled" or b"Enabled" in request("GET", f"/{BUCKET}", {"versioning": ""})[1]:
        request(
            "PUT",
            f"/{BUCKET}",
            {"versioning": ""},
            f"<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>".encode(),
        )


def expire():
    """Deletes every object that was written longer ago than EXPIRE_AFTER, in seconds."""
    age = datetime.timedelta(seconds=int(os.environ["EXPIRE_AFTER"]))
    oldest = datetime.datetime.now(datetime.timezone.utc) - age
    query, deleted = {"list-type": "2", "max-keys": "1000"}, 0
    while True:
        page = xml.fromstring(request("GET", f"/{BUCKET}", query)[1])
        for element in page.iter():
            element.tag = element.tag.rpartition("}")[2]
        for item in page.findall("Contents"):
            written = datetime.datetime.fromisoformat(item.findtext("LastModified").replace("Z", "+00:00"))
            if written < oldest:
                request("DELETE", f"/{BUCKET}/{item.findtext('Key')}", accept=(200, 204, 404))
                deleted += 1
        if page.findtext("IsTruncated") != "true":
            break
        query["continuation-token"] = page.findtext("NextContinuationToken")
    print(f"{deleted} objects expired")


{"setup": setup, "expire": expire}[sys.argv[1]]()
