"""Real features of pictures and words, computed with numpy alone and the same at every run.

Three sections, each of length one or zero: colour (64: a soft histogram), attributes (64: category, pattern,
material, season, style) and n-grams of the words (384).
"""
import re
import zlib
from itertools import product

import numpy as np
from PIL import Image

from vocabulary import (
    CATEGORIES, COLOURS, GROUPS, MATERIALS, PATTERNS, SEASONS, SILHOUETTES, STYLES, SYNONYMS,
)  # fmt: skip

COLOUR, ATTRIBUTES, NGRAMS = 64, 64, 384
# How far apart two colours may be and still count as related, in CIELAB units.
COLOUR_REACH = 16.0

ATTRIBUTE_NAMES = [*CATEGORIES, *GROUPS, *PATTERNS, *MATERIALS, *SEASONS, *STYLES]
ATTRIBUTE_AT = {name: at for at, name in enumerate(ATTRIBUTE_NAMES)}
assert len(ATTRIBUTE_NAMES) <= ATTRIBUTES


def normalised(vector: np.ndarray) -> np.ndarray:
    length = float(np.linalg.norm(vector))
    return vector / length if length > 0 else vector


def to_lab(rgb: np.ndarray) -> np.ndarray:
    """sRGB 0–255 (…, 3) → CIELAB with the D65 white point."""
    c = rgb / 255.0
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    xyz = linear @ np.array([[0.4124, 0.2126, 0.0193], [0.3576, 0.7152, 0.1192], [0.1805, 0.0722, 0.9505]])
    t = xyz / np.array([0.95047, 1.0, 1.08883])
    f = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)


ANCHORS = to_lab(np.array(list(product([20, 95, 170, 245], repeat=3)), dtype=float))
NAMED = {name: to_lab(np.array(rgb, dtype=float)) for name, rgb in COLOURS.items()}


def colour_histogram(lab: np.ndarray) -> np.ndarray:
    """(pixels, 3) in CIELAB → how much of each anchor colour there is; neighbours of an anchor count in part."""
    distance = ((lab[:, None, :] - ANCHORS[None]) ** 2).sum(-1)
    near = np.exp(-distance / (2 * COLOUR_REACH**2))
    return normalised((near / np.maximum(near.sum(1, keepdims=True), 1e-9)).mean(0))


def words_of(text: str) -> list[str]:
    found = re.findall(r"[a-z]+(?:-[a-z]+)*", text.lower())
    return [SYNONYMS.get(word, SYNONYMS.get(word.removesuffix("s"), word)) for word in found]


def known(words: list[str], table) -> list[str]:
    """Words of the table, plural or not."""
    hits = (word if word in table else word.removesuffix("es") if word.removesuffix("es") in table
            else word.removesuffix("s") for word in words)  # fmt: skip
    return [word for word in hits if word in table]


def text_features(text: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    words = words_of(text)
    colours = known(words, NAMED)
    colour = colour_histogram(np.array([NAMED[name] for name in colours])) if colours else np.zeros(COLOUR)
    return colour, attributes(known(words, ATTRIBUTE_AT)), ngrams(words)


def attributes(names: list[str]) -> np.ndarray:
    vector = np.zeros(ATTRIBUTES)
    for name in names:
        vector[ATTRIBUTE_AT[name]] += 2.0 if name in CATEGORIES else 0.7
        if name in CATEGORIES:
            vector[ATTRIBUTE_AT[CATEGORIES[name]]] += 1.0
    return normalised(vector)


def ngrams(words: list[str]) -> np.ndarray:
    """Whole words and their letter trigrams, hashed with a sign into a fixed number of places."""
    vector = np.zeros(NGRAMS)
    for word in words:
        padded = f"^{word}$"
        for piece, weight in [(word, 1.0), *((padded[i : i + 3], 0.3) for i in range(len(padded) - 2))]:
            place = zlib.crc32(piece.encode())
            vector[place % NGRAMS] += weight if place & 0x80000000 else -weight
    return normalised(vector)


def garment_pixels(picture: Image.Image) -> tuple[np.ndarray, np.ndarray]:
    """CIELAB picture (64 × 64) and a mask of what is not background. The background is the border's colour."""
    rgba = np.asarray(picture.convert("RGBA").resize((64, 64), Image.BILINEAR), dtype=float)
    lab = to_lab(rgba[..., :3])
    border = np.concatenate([lab[0], lab[-1], lab[:, 0], lab[:, -1]])
    mask = (np.linalg.norm(lab - np.median(border, axis=0), axis=-1) > 14) & (rgba[..., 3] > 128)
    if np.median(rgba[0, :, 3]) < 128:
        mask = rgba[..., 3] > 128
    return lab, mask if mask.mean() > 0.02 else np.ones_like(mask)


def silhouette(mask: np.ndarray, aspect: float) -> tuple[float, np.ndarray]:
    """Height over width of the garment, and its width at twelve heights."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    cut = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    widths = np.array([band.mean() for band in np.array_split(cut.sum(1) / cut.shape[1], 12)])
    widths = np.nan_to_num(widths)
    return aspect * cut.shape[0] / cut.shape[1], widths / max(widths.max(), 1e-9)


def likely_category(height: float, widths: np.ndarray) -> str:
    def distance(name: str) -> float:
        expected, profile = SILHOUETTES[name]
        return float(np.abs(widths - np.array(profile)).mean() + 0.25 * abs(np.log(height / expected)))

    return min(SILHOUETTES, key=distance)


def describe(picture: Image.Image) -> tuple[str, np.ndarray]:
    """`a red dress` and the colour histogram of the garment."""
    lab, mask = garment_pixels(picture)
    pixels = lab[mask]
    typical = np.median(pixels, axis=0)
    name = min(NAMED, key=lambda colour: float(np.linalg.norm(NAMED[colour] - typical)))
    category = likely_category(*silhouette(mask, picture.height / picture.width))
    return f"a {name} {category}", colour_histogram(pixels)
