"""python3 -m unittest, in the indexer's image."""
import hashlib
import json
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

import faiss
import numpy as np

from publish import Busy, only_writer, publish


def vectors(count: int = 5) -> dict[str, np.ndarray]:
    random = np.random.default_rng(1)
    return {name: random.standard_normal((count, 8)) for name in ("clip", "blip", "fashion")}


class Publishing(unittest.TestCase):
    def setUp(self):
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def test_a_version_is_complete_and_current(self):
        manifest = publish(self.root, [3, 5, 7, 9, 11], vectors(), "clip:small-1")
        current = self.root / "current"
        self.assertEqual(json.loads((current / "manifest.json").read_text()), manifest)
        payload = (current / "index.faiss").read_bytes()
        self.assertEqual(hashlib.sha256(payload).hexdigest(), manifest["sha256"])
        self.assertEqual(len(payload), manifest["bytes"])
        index = faiss.read_index(str(current / "index.faiss"))
        self.assertEqual((index.ntotal, index.d), (manifest["count"], manifest["dimensions"]))
        self.assertEqual(str(current.readlink()), f"versions/{manifest['version']}")

    def test_the_last_three_versions_stay(self):
        made = [publish(self.root, [1], vectors(1), "e")["version"] for _ in range(5)]
        self.assertEqual(sorted(entry.name for entry in (self.root / "versions").iterdir()), made[-3:])

    def test_what_an_interrupted_writer_left_is_removed(self):
        (self.root / "versions" / ".half").mkdir(parents=True)
        (self.root / ".current").symlink_to("versions/.half")
        publish(self.root, [1], vectors(1), "e")
        self.assertFalse((self.root / "versions" / ".half").exists())

    def test_a_second_writer_is_sent_away(self):
        with only_writer(self.root):
            with self.assertRaisesRegex(Busy, "another indexer is writing"):
                with only_writer(self.root):
                    pass


if __name__ == "__main__":
    unittest.main()
