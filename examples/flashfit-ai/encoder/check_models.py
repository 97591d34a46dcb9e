"""Real loading of a real ONNX file: python3 -m unittest check_models, where onnxruntime and tokenizers are there
(an image built with MODELS=1, or a virtual environment with requirements-models.txt)."""
import base64
import unittest
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from encoders import DIMENSIONS, NAMES, load_all, signature
from onnx_encoder import ModelError

# A graph of 494 bytes with the inputs and outputs of a two-tower model: the picture's embedding is the mean of
# each colour channel, the text's is the mean of its token ids, three times.
TWO_TOWERS = zlib.decompress(
    base64.b64decode(
        "eNplkb1Ow0AQhH22lZw3cRIdBaEAJAsKLNFRIKqINFDQUKaxzvGCTvGfuDVJ3iaPBm+C7ZjIiZtp9pvZnTvOhfH0a8ELDHO1wTj4lnGBWgxVIj8x"
        "wCTESHvwjlGxxDeUqe+CLTeoZ+bM2rG+Pwa+QswjleipsWMm3ICj0rygQEVa9D7iTJL27LnU5DtgUjZlFfUIzUjYSZl6tGHQbGCn+bXzAWpHW8WA"
        "cEP/x/bmWbqUtI9RjesWRpIIU1JZGiRSr4RTaaARU4+/RtWEtgJond1TtsYvvbhsF5nAiPcFgCVYWIleeJ3ELnN38qoXcM6ZONsTJrfA4j+slvAK"
        "2iXEGNySdA5keA1HX9IFynMPjbqnPNtgTNw/YNF7MQ=="
    )
)


class TrainedModels(unittest.TestCase):
    def setUp(self):
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for name in NAMES:
            (self.folder / f"{name}.onnx").write_bytes(TWO_TOWERS)
            tokenizer = Tokenizer(WordLevel({"?": 0, "red": 1, "dress": 2}, unk_token="?"))
            tokenizer.pre_tokenizer = Whitespace()
            tokenizer.save(str(self.folder / f"{name}.tokenizer.json"))

    def test_models_are_loaded_and_say_so(self):
        encoders = load_all(self.folder)
        for name, encoder in encoders.items():
            self.assertEqual(encoder.kind, "model")
            self.assertIn(f"{name}.onnx", encoder.why)
        self.assertRegex(signature(encoders), r"^clip:[0-9a-f]{12},blip:[0-9a-f]{12},fashion:[0-9a-f]{12}$")

    def test_the_graph_is_run(self):
        encoder = load_all(self.folder)["clip"]
        text = encoder.text("red dress")
        self.assertEqual((text.shape, text.dtype), ((DIMENSIONS,), np.dtype(np.float32)))
        np.testing.assert_allclose(text[:4], [3**-0.5, 3**-0.5, 3**-0.5, 0], atol=1e-6)
        seen = encoder.picture(Image.new("RGB", (10, 20), (255, 0, 0)))
        self.assertAlmostEqual(float(np.linalg.norm(seen)), 1.0, places=5)
        self.assertGreater(seen[0], 0)
        self.assertLess(seen[1], 0)

    def test_a_model_without_tokenizer_is_an_error(self):
        (self.folder / "blip.tokenizer.json").unlink()
        with self.assertRaisesRegex(ModelError, "has no blip.tokenizer.json beside it"):
            load_all(self.folder)

    def test_a_broken_file_is_an_error(self):
        (self.folder / "clip.onnx").write_bytes(TWO_TOWERS[:100])
        with self.assertRaisesRegex(ModelError, "clip.onnx is not a usable ONNX model"):
            load_all(self.folder)


if __name__ == "__main__":
    unittest.main()
