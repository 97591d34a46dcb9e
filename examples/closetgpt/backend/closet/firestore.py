"""Firestore by its REST interface. On Google Cloud the service signs in as itself: the metadata server gives the token,
and there is no key file anywhere.
"""
from time import monotonic
from typing import Any

import httpx

from .settings import Closet

TOKEN_URL = "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token"


class FirestoreError(Exception):
    """Firestore did not do what it was asked."""


class Firestore:
    def __init__(self, closet: Closet):
        self._root = f"projects/{closet.project}/databases/{closet.database}/documents"
        base = f"http://{closet.emulator}" if closet.emulator else f"https://{closet.host}:{closet.port}"
        self._client = httpx.AsyncClient(base_url=f"{base}/v1/", timeout=5)
        self._asks_login = closet.emulator is None
        self._token, self._good_until = "", 0.0

    async def close(self) -> None:
        await self._client.aclose()

    async def get(self, path: str) -> dict[str, Any] | None:
        answer = await self._ask("GET", f"{self._root}/{path}")
        return None if answer is None else document_of(answer)

    async def add(self, collection: str, fields: dict[str, Any]) -> dict[str, Any]:
        answer = await self._ask("POST", f"{self._root}/{collection}", {"fields": to_fields(fields)})
        if answer is None:
            raise FirestoreError("Firestore has no such database")
        return document_of(answer)

    async def change(self, path: str, fields: dict[str, Any]) -> None:
        """Sets these fields of a document that is there."""
        mask = [("updateMask.fieldPaths", name) for name in fields]
        params = httpx.QueryParams([*mask, ("currentDocument.exists", "true")])
        await self._ask("PATCH", f"{self._root}/{path}", {"fields": to_fields(fields)}, params)

    async def delete(self, path: str) -> None:
        await self._ask("DELETE", f"{self._root}/{path}")

    async def newest(self, parent: str, collection: str, most: int) -> list[dict[str, Any]]:
        query = {
            "from": [{"collectionId": collection}],
            "orderBy": [{"field": {"fieldPath": "created"}, "direction": "DESCENDING"}],
            "limit": most,
        }
        answers = await self._ask("POST", f"{self._root}/{parent}:runQuery", {"structuredQuery": query})
        return [document_of(answer["document"]) for answer in answers or [] if "document" in answer]

    async def ping(self) -> None:
        """Any answer about a document will do, also that it is not there."""
        await self._ask("GET", f"{self._root}/health/ping")

    async def _ask(self, method: str, path: str, body: Any = None, params: Any = None) -> Any:
        """None for what is not there."""
        headers = {"authorization": f"Bearer {await self._login()}"} if self._asks_login else {}
        try:
            answer = await self._client.request(method, path, json=body, params=params, headers=headers)
        except httpx.HTTPError as error:
            raise FirestoreError(f"Firestore does not answer: {error or type(error).__name__}") from error
        if answer.status_code == 404:
            return None
        if answer.is_error:
            raise FirestoreError(f"Firestore answered {answer.status_code}: {answer.text[:200]}")
        return answer.json()

    async def _login(self) -> str:
        if monotonic() > self._good_until:
            answer = await self._client.get(TOKEN_URL, headers={"Metadata-Flavor": "Google"})
            answer.raise_for_status()
            token = answer.json()
            self._token = token["access_token"]
            self._good_until = monotonic() + token["expires_in"] - 60
        return self._token


def to_fields(values: dict[str, Any]) -> dict[str, Any]:
    return {name: to_value(value) for name, value in values.items()}


def to_value(value: Any) -> dict[str, Any]:
    match value:
        case None:
            return {"nullValue": None}
        case bool():
            return {"booleanValue": value}
        case int():
            return {"integerValue": str(value)}
        case float():
            return {"doubleValue": value}
        case str():
            return {"stringValue": value}
        case list():
            return {"arrayValue": {"values": [to_value(item) for item in value]}}
        case dict():
            return {"mapValue": {"fields": to_fields(value)}}
    raise TypeError(f"Firestore has no {type(value).__name__}")


def from_value(value: dict[str, Any]) -> Any:
    ((kind, content),) = value.items()
    match kind:
        case "integerValue":
            return int(content)
        case "arrayValue":
            return [from_value(item) for item in content.get("values", [])]
        case "mapValue":
            return {name: from_value(item) for name, item in content.get("fields", {}).items()}
    return content


def document_of(answer: dict[str, Any]) -> dict[str, Any]:
    fields = {name: from_value(value) for name, value in answer.get("fields", {}).items()}
    return {"id": answer["name"].rsplit("/", 1)[-1], **fields}
