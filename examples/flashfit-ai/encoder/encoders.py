"""The three encoders: a real model where its file is present, otherwise a small encoder that says so.

An encoder turns a text or a picture into a vector of `DIMENSIONS` numbers of length one. Vectors are only
comparable when they come from the same encoder with the same signature.
"""
from pathlib import Path
from typing import Protocol

import numpy as np
from PIL import Image

import features

DIMENSIONS = 512
NAMES = ("clip", "blip", "fashion")


class Encoder(Protocol):
    kind: str  # "model" or "small"
    why: str  # one sentence for /health
    signature: str  # changes whenever the same input would give another vector

    def text(self, text: str) -> np.ndarray: ...

    def picture(self, picture: Image.Image) -> np.ndarray: ...


class SmallEncoder:
    """Colour, attributes and n-grams, each with the weight that this encoder gives it."""

    kind = "small"
    # CLIP sees the whole, BLIP reads a caption, the fashion encoder looks at what the piece is.
    weights = {"clip": (0.6, 0.6, 0.4), "blip": (0.2, 0.3, 0.9), "fashion": (0.45, 0.9, 0.1)}

    def __init__(self, name: str, why: str):
        self.name, self.why, self.signature = name, why, "small-1"

    def text(self, text: str) -> np.ndarray:
        return self._join(*features.text_features(text))

    def picture(self, picture: Image.Image) -> np.ndarray:
        caption, colours = features.describe(picture)
        colour, attributes, ngrams = features.text_features(caption)
        return self._join(colour if self.name == "blip" else colours, attributes, ngrams)

    def _join(self, *sections: np.ndarray) -> np.ndarray:
        weighted = [weight * section for weight, section in zip(self.weights[self.name], sections)]
        return features.normalised(np.concatenate(weighted)).astype(np.float32)


def load_encoder(name: str, folder: Path) -> Encoder:
    """The model `<name>.onnx` with `<name>.tokenizer.json`; the small encoder when there is none.

    A file that is there and cannot be used is an error: serving other vectors than the operator installed
    would be worse than not starting.
    """
    if not (folder / f"{name}.onnx").exists():
        return SmallEncoder(name, f"no {folder / f'{name}.onnx'}: small deterministic encoder, not a trained model")
    from onnx_encoder import OnnxEncoder

    return OnnxEncoder(name, folder, DIMENSIONS)


def load_all(folder: Path) -> dict[str, Encoder]:
    return {name: load_encoder(name, folder) for name in NAMES}


def signature(encoders: dict[str, Encoder]) -> str:
    return ",".join(f"{name}:{encoder.signature}" for name, encoder in encoders.items())
