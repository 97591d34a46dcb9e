"""The encoder service: texts and pictures in, three vectors each out. Listens on 8000, metrics on 9094."""
import base64
import binascii
import io
import os
import sys
import time
from pathlib import Path

import uvicorn
from fastapi import FastAPI, HTTPException
from fastapi.responses import JSONResponse
from PIL import Image, UnidentifiedImageError
from prometheus_client import start_http_server
from pydantic import BaseModel, Field

import features
import metrics
from encoders import DIMENSIONS, Encoder, load_all, signature
from onnx_encoder import ModelError

LARGEST_PICTURE = 40_000_000  # pixels


class Inputs(BaseModel):
    """What may be sent at once. A picture is base64 of a JPEG, PNG or WebP file."""

    texts: list[str] = Field(default=[], max_items=64)
    image: str | None = None


class Picture(BaseModel):
    image: str


def open_picture(encoded: str, endpoint: str) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(base64.b64decode(encoded, validate=True)), formats=("JPEG", "PNG", "WEBP"))
        if picture.width * picture.height > LARGEST_PICTURE:
            raise ValueError(f"{picture.width} × {picture.height} pixels are too many")
        picture.load()
        return picture
    except UnidentifiedImageError:
        reason = "unknown format"
    except (binascii.Error, OSError, ValueError, Image.DecompressionBombError) as unreadable:
        reason = str(unreadable)
    metrics.requests.labels(endpoint, "refused").inc()
    raise HTTPException(422, f"not a readable picture: {reason}; send JPEG, PNG or WebP")


def timed(name: str, kind: str, encode) -> list[float]:
    with metrics.inference.labels(name, kind).time():
        vector = encode()
    return [round(float(number), 6) for number in vector]


def make_app(encoders: dict[str, Encoder]) -> FastAPI:
    app = FastAPI(title="FlashFit encoder", docs_url=None, redoc_url=None)
    sign = signature(encoders)

    @app.post("/encode")
    def encode(inputs: Inputs):
        """Vectors per encoder, one for each text, then one for the picture."""
        picture = open_picture(inputs.image, "encode") if inputs.image else None
        vectors: dict[str, list[list[float]]] = {}
        for name, encoder in encoders.items():
            vectors[name] = [timed(name, "text", lambda: encoder.text(text)) for text in inputs.texts]
            if picture:
                vectors[name].append(timed(name, "image", lambda: encoder.picture(picture)))
        metrics.inputs.labels("text").inc(len(inputs.texts))
        metrics.inputs.labels("image").inc(1 if picture else 0)
        metrics.requests.labels("encode", "ok").inc()
        return JSONResponse({"dimensions": DIMENSIONS, "signature": sign, "vectors": vectors})

    @app.post("/caption")
    def caption(picture: Picture):
        """Colour and shape in words; found in the picture itself, by the small captioner."""
        words, _ = features.describe(open_picture(picture.image, "caption"))
        metrics.requests.labels("caption", "ok").inc()
        return {"caption": words}

    @app.get("/health/live")
    async def live():
        return {"status": "ok"}

    @app.get("/health/ready")
    @app.get("/health")
    async def ready():
        return {
            "status": "ok",
            "dimensions": DIMENSIONS,
            "signature": sign,
            "encoders": {name: {"kind": encoder.kind, "why": encoder.why} for name, encoder in encoders.items()},
        }

    return app


def main() -> None:
    began = time.monotonic()
    try:
        encoders = load_all(Path(os.environ.get("MODEL_DIR", "/models")))
    except ModelError as error:
        sys.exit(f"encoder: {error}")
    metrics.begin()
    for name, encoder in encoders.items():
        metrics.model_loaded.labels(name).set(1 if encoder.kind == "model" else 0)
        encoder.text("a red dress")
        print(f"encoder: {name}: {encoder.why}")
    metrics.start_seconds.set(time.monotonic() - began)
    start_http_server(9094, registry=metrics.registry)
    uvicorn.run(make_app(encoders), host="0.0.0.0", port=8000, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
