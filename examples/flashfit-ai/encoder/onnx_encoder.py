"""A trained two-tower model in ONNX form, as Hugging Face's Optimum exports CLIP and its relatives: inputs
`input_ids`, `attention_mask`, `pixel_values`; outputs `text_embeds`, `image_embeds`."""
import hashlib
from pathlib import Path

import numpy as np
from PIL import Image

# CLIP's own preprocessing.
MEAN = np.array([0.48145466, 0.4578275, 0.40821073], dtype=np.float32)
DEVIATION = np.array([0.26862954, 0.26130258, 0.27577711], dtype=np.float32)
LONGEST_TEXT = 77


class ModelError(Exception):
    """A model file that cannot be used: which one, why, what to do."""


class OnnxEncoder:
    kind = "model"

    def __init__(self, name: str, folder: Path, dimensions: int):
        file = folder / f"{name}.onnx"
        try:
            import onnxruntime
            import tokenizers
        except ImportError as missing:
            raise ModelError(
                f"{file} is present but {missing.name} is not installed; build the image with MODELS=1"
            ) from None
        words = folder / f"{name}.tokenizer.json"
        if not words.exists():
            raise ModelError(f"{file} has no {words.name} beside it; put the model's tokenizer.json there")
        try:
            self._session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
        except Exception as broken:
            raise ModelError(f"{file} is not a usable ONNX model: {broken}") from None
        self._tokenizer = tokenizers.Tokenizer.from_file(str(words))
        self._tokenizer.enable_truncation(LONGEST_TEXT)
        self._inputs = {given.name: given for given in self._session.get_inputs()}
        self._check_outputs(file, dimensions)
        self._dimensions = dimensions
        self.signature = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
        self.why = f"{file.name} ({file.stat().st_size / 2**20:.1f} MiB) on {onnxruntime.get_device()}"

    def _check_outputs(self, file: Path, dimensions: int) -> None:
        outputs = {given.name: given.shape for given in self._session.get_outputs()}
        for wanted in ("text_embeds", "image_embeds"):
            size = outputs.get(wanted, [None])[-1]
            if wanted not in outputs:
                raise ModelError(f"{file} has no output {wanted}, only {', '.join(outputs)}; export it with Optimum")
            if isinstance(size, int) and size > dimensions:
                raise ModelError(f"{file} gives {size} dimensions, the index has {dimensions}; use a smaller model")

    def text(self, text: str) -> np.ndarray:
        encoded = self._tokenizer.encode(text)
        ids = np.array([encoded.ids or [0]], dtype=np.int64)
        return self._run("text_embeds", {"input_ids": ids, "attention_mask": np.ones_like(ids)})

    def picture(self, picture: Image.Image) -> np.ndarray:
        small = picture.convert("RGB").resize((224, 224), Image.BICUBIC)
        pixels = (np.asarray(small, dtype=np.float32) / 255.0 - MEAN) / DEVIATION
        return self._run("image_embeds", {"pixel_values": pixels.transpose(2, 0, 1)[None]})

    def _run(self, output: str, given: dict[str, np.ndarray]) -> np.ndarray:
        """Both towers are in one graph: the side that is not asked for gets an empty input."""
        empty = {
            "input_ids": np.zeros((1, 1), dtype=np.int64),
            "attention_mask": np.ones((1, 1), dtype=np.int64),
            "pixel_values": np.zeros((1, 3, 224, 224), dtype=np.float32),
        }
        feed = {name: given.get(name, empty[name]) for name in self._inputs}
        (vectors,) = self._session.run([output], feed)
        vector = np.zeros(self._dimensions, dtype=np.float32)
        vector[: vectors.shape[-1]] = vectors[0]
        return vector / max(float(np.linalg.norm(vector)), 1e-9)
