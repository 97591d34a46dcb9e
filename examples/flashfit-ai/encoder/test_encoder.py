"""python3 -m unittest, in the encoder's image."""
import base64
import io
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image, ImageDraw

import features
from encoders import DIMENSIONS, NAMES, SmallEncoder, load_all
from onnx_encoder import ModelError


def picture_of_dress(colour: tuple[int, int, int]) -> Image.Image:
    picture = Image.new("RGB", (300, 420), (246, 244, 240))
    outline = [(115, 40), (185, 40), (180, 150), (250, 390), (50, 390), (120, 150)]
    ImageDraw.Draw(picture).polygon(outline, fill=colour)
    return picture


class SmallEncoders(unittest.TestCase):
    def encoder(self, name: str = "clip") -> SmallEncoder:
        return SmallEncoder(name, "no model")

    def test_vectors_have_length_one_and_are_the_same_every_time(self):
        for name in NAMES:
            first, second = self.encoder(name).text("a red dress"), self.encoder(name).text("a red dress")
            self.assertEqual(first.shape, (DIMENSIONS,))
            self.assertAlmostEqual(float(np.linalg.norm(first)), 1.0, places=5)
            np.testing.assert_array_equal(first, second)

    def test_a_red_dress_is_nearer_to_a_burgundy_dress_than_to_green_boots(self):
        for name in NAMES:
            encoder = self.encoder(name)
            red, burgundy, boots = map(encoder.text, ("red dress", "burgundy dress", "green boots"))
            self.assertGreater(float(red @ burgundy), float(red @ boots) + 0.2, name)

    def test_a_picture_of_a_red_dress_is_near_the_words(self):
        for name in NAMES:
            encoder = self.encoder(name)
            seen = encoder.picture(picture_of_dress((204, 32, 44)))
            self.assertGreater(float(seen @ encoder.text("red dress")), 0.75, name)
            self.assertLess(float(seen @ encoder.text("navy trousers")), 0.35, name)

    def test_the_caption_names_colour_and_shape(self):
        for colour, name in [((204, 32, 44), "red"), ((28, 39, 84), "navy"), ((45, 138, 72), "green")]:
            self.assertEqual(features.describe(picture_of_dress(colour))[0], f"a {name} dress")

    def test_an_empty_text_is_a_zero_vector(self):
        self.assertEqual(float(np.linalg.norm(self.encoder().text("…"))), 0.0)

    def test_synonyms_and_plurals_mean_the_same(self):
        encoder = self.encoder("fashion")
        for a, b in [("crimson gowns", "red dress"), ("grey pants", "gray trousers"), ("dresses", "dress")]:
            self.assertGreater(float(encoder.text(a) @ encoder.text(b)), 0.95, (a, b))


class Models(unittest.TestCase):
    def test_without_files_every_encoder_says_that_it_is_small(self):
        with TemporaryDirectory() as folder:
            for encoder in load_all(Path(folder)).values():
                self.assertEqual(encoder.kind, "small")
                self.assertIn("not a trained model", encoder.why)

    def test_a_model_that_cannot_be_used_is_an_error(self):
        try:
            import onnxruntime  # noqa: F401
            import tokenizers  # noqa: F401

            expected = "has no clip.tokenizer.json beside it"
        except ImportError:
            expected = "is not installed; build the image with MODELS=1"
        with TemporaryDirectory() as folder:
            (Path(folder) / "clip.onnx").write_bytes(b"not a model")
            with self.assertRaisesRegex(ModelError, expected):
                load_all(Path(folder))


class Service(unittest.TestCase):
    def test_a_broken_picture_is_refused_in_words(self):
        from fastapi import HTTPException

        from main import open_picture

        with self.assertRaises(HTTPException) as refused:
            open_picture(base64.b64encode(b"GIF89a").decode(), "encode")
        self.assertEqual(refused.exception.status_code, 422)
        self.assertIn("send JPEG, PNG or WebP", refused.exception.detail)

    def test_a_png_is_read(self):
        from main import open_picture

        file = io.BytesIO()
        picture_of_dress((204, 32, 44)).save(file, "PNG")
        self.assertEqual(open_picture(base64.b64encode(file.getvalue()).decode(), "encode").size, (300, 420))


if __name__ == "__main__":
    unittest.main()
