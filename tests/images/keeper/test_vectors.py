import hashlib
import json
import os
import tempfile
import unittest
from pathlib import Path

from keeper.vectors import IndexCollector, find_folders, parse_time

CREATED = "2026-11-21T10:00:00.000Z"


class Vectors(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        (self.root / "versions").mkdir()
        self.collector = IndexCollector({"index": self.root}, now=lambda: parse_time(CREATED) + 60)

    def publish(self, version: str, payload=b"vectors", **changes):
        folder = self.root / "versions" / version
        folder.mkdir()
        (folder / "index.faiss").write_bytes(payload)
        manifest = {"dimensions": 512, "count": 3, "sha256": hashlib.sha256(payload).hexdigest(),
                    "createdAt": CREATED, "bytes": len(payload), **changes}
        (folder / "manifest.json").write_text(json.dumps(manifest))
        draft = self.root / ".current"
        draft.symlink_to(Path("versions") / version)
        draft.replace(self.root / "current")
        return folder

    def figures(self):
        families = self.collector.collect()
        return {family.name.removeprefix("vectors_index_"): family.samples[0].value for family in families
                if family.samples}

    def test_nothing_is_published_yet(self):
        self.assertEqual(self.figures(), {"versions": 0})

    def test_a_good_version(self):
        folder = self.publish("1")
        size = sum(file.stat().st_size for file in folder.iterdir())
        self.assertEqual(self.figures(), {"versions": 1, "count": 3, "dimensions": 512, "age_seconds": 60,
                                          "bytes": size, "checksum_ok": 1})

    def test_a_flipped_byte_is_found(self):
        folder = self.publish("1")
        self.assertEqual(self.figures()["checksum_ok"], 1)
        (folder / "index.faiss").write_bytes(b"vectorz")
        os.utime(folder / "index.faiss", (1, 1))
        self.assertEqual(self.figures()["checksum_ok"], 0)
        self.publish("2")
        self.assertEqual(self.figures()["checksum_ok"], 1)

    def test_further_files_count_too(self):
        folder = self.publish("1", files={"rerank.npz": hashlib.sha256(b"r").hexdigest()})
        (folder / "rerank.npz").write_bytes(b"x")
        self.assertEqual(self.figures()["checksum_ok"], 0)

    def test_a_link_that_leads_nowhere_is_a_bad_checksum(self):
        (self.root / "current").symlink_to("versions/none")
        self.assertEqual(self.figures(), {"versions": 0, "checksum_ok": 0})

    def test_drafts_are_no_versions(self):
        (self.root / "versions" / ".3").mkdir()
        self.publish("1")
        self.assertEqual(self.figures()["versions"], 1)

    def test_which_folders(self):
        self.assertEqual(find_folders({"INDEX_NAME": "a", "INDEX_PATH": "/vectors/b"}), {"a": Path("/vectors/b")})


if __name__ == "__main__":
    unittest.main()
