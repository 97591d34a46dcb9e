"""python3 -m unittest, in the backend's image: everything that needs no other service."""
import asyncio
import json
import signal
import unittest
from datetime import datetime, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

import faiss
import numpy as np

from flashfit import fusion, media, session
from flashfit.encoder import ENCODERS, pack, unpack
from flashfit.events import Event
from flashfit.health import Health
from flashfit.index import BadVersion, Index, NoIndex, load
from flashfit.settings import Bucket, read_settings

ITEMS = [11, 22, 33, 44]


def publish(root: Path, name: str, spoil: str | None = None) -> None:
    """A version as the indexer writes it; `spoil` flips a byte of that file afterwards."""
    import hashlib

    folder = root / "versions" / name
    folder.mkdir(parents=True)
    index = faiss.IndexFlatIP(8)
    index.add(np.eye(8, dtype=np.float32)[: len(ITEMS)])
    payload = faiss.serialize_index(index).tobytes()
    (folder / "index.faiss").write_bytes(payload)
    np.savez(folder / "rerank.npz", blip=np.eye(8)[: len(ITEMS)], fashion=np.eye(8)[: len(ITEMS)])
    checksum = hashlib.sha256((folder / "rerank.npz").read_bytes()).hexdigest()
    manifest = {
        "dimensions": 8, "count": len(ITEMS), "sha256": hashlib.sha256(payload).hexdigest(), "bytes": len(payload),
        "createdAt": "2026-01-01T00:00:00.000Z", "encoder": "e", "files": {"rerank.npz": checksum}, "ids": ITEMS,
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest))
    if spoil:
        content = bytearray((folder / spoil).read_bytes())
        content[len(content) // 2] ^= 1
        (folder / spoil).write_bytes(bytes(content))
    draft = root / "draft"
    draft.symlink_to(Path("versions") / name)
    draft.replace(root / "current")


class Indices(unittest.TestCase):
    def setUp(self):
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.index = Index(self.root)

    def test_before_the_first_version_there_is_a_reason(self):
        self.index.refresh()
        with self.assertRaisesRegex(NoIndex, "no index has been published yet"):
            _ = self.index.current

    def test_a_new_version_takes_over(self):
        for name in ("v1", "v2"):
            publish(self.root, name)
            self.index.refresh()
            self.assertEqual(self.index.current.name, name)
        self.assertEqual(self.index.current.search(np.eye(8, dtype=np.float32)[1], 1), [(22, 1.0)])

    def test_a_version_with_a_flipped_byte_is_refused_and_the_old_one_stays(self):
        publish(self.root, "good")
        self.index.refresh()
        for number, file in enumerate(["index.faiss", "rerank.npz"]):
            publish(self.root, f"bad{number}", spoil=file)
            self.index.refresh()
            self.assertEqual(self.index.current.name, "good")
            self.assertIn(f"{file} does not have the checksum of its manifest", self.index.problem)
        publish(self.root, "better")
        self.index.refresh()
        self.assertEqual((self.index.current.name, self.index.problem), ("better", None))

    def test_an_unreadable_version_is_refused(self):
        (self.root / "versions" / "empty").mkdir(parents=True)
        with self.assertRaisesRegex(BadVersion, "unreadable"):
            load(self.root / "versions" / "empty")


class Fusion(unittest.TestCase):
    def test_a_like_raises_the_encoder_that_saw_it_coming(self):
        before = [0.0, 0.0, 0.0]
        seen = {"clip": 0.9, "blip": 0.1, "fashion": 0.3}
        liked, disliked = fusion.learn(before, seen, True), fusion.learn(before, seen, False)
        self.assertGreater(fusion.weights(liked)[0], 1 / 3)
        self.assertLess(fusion.weights(disliked)[0], 1 / 3)

    def test_weights_add_up_to_one_and_stay_within_bounds(self):
        logits = [0.0, 0.0, 0.0]
        for _ in range(500):
            logits = fusion.learn(logits, {"clip": 1.0, "blip": 0.0, "fashion": 0.5}, True)
        self.assertAlmostEqual(float(fusion.weights(logits).sum()), 1.0)
        self.assertLessEqual(max(map(abs, logits)), fusion.LONGEST_LOGIT)

    def test_taste_moves_towards_likes_and_away_from_dislikes(self):
        a, b = np.eye(8)[0], np.eye(8)[1]
        self.assertIsNone(fusion.moved_taste(None, a, False))
        taste = fusion.moved_taste(None, a, True)
        self.assertGreater(fusion.moved_taste(taste, b, True) @ b, 0.2)
        self.assertLess(fusion.moved_taste(taste, b, False) @ b, 0)

    def test_taste_changes_the_ranking(self):
        with TemporaryDirectory() as folder:
            publish(Path(folder), "v1")
            version = load(Path(folder) / "versions" / "v1")
        even = fusion.unit(np.array([1, 1, 0, 0, 0, 0, 0, 0], dtype=np.float32))
        query = dict.fromkeys(ENCODERS, even)
        for wanted in (0, 1):
            ranked = fusion.rank(version, query, [0, 0, 0], np.eye(8, dtype=np.float32)[wanted], 2)
            self.assertEqual(ranked[0].item, ITEMS[wanted])
        self.assertNotIn(11, [found.item for found in fusion.rank(version, query, [0, 0, 0], None, 4, without=(11,))])


class Sessions(unittest.TestCase):
    def test_a_token_names_its_user(self):
        self.assertEqual(session.verify(session.sign("u-1", "key"), "key"), "u-1")

    def test_other_keys_old_tokens_and_nonsense_are_refused(self):
        token = session.sign("u-1", "key", now=0)
        for given, key, why in [
            (token, "key", "has ended"), (session.sign("u-1", "other"), "key", "signature is wrong"),
            ("a.b", "key", "malformed"), ("", "key", "malformed"), ("ä.ö.ü", "key", "malformed|wrong"),
        ]:  # fmt: skip
            with self.assertRaisesRegex(session.BadToken, why):
                session.verify(given, key)

    def test_a_token_without_signature_is_refused(self):
        head, body = session.encode({"alg": "none"}), session.encode({"sub": "u-1", "exp": 9e9})
        with self.assertRaises(session.BadToken):
            session.verify(f"{head}.{body}.", "key")


class Media(unittest.TestCase):
    def test_the_signature_is_that_of_amazons_own_example(self):
        # docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
        secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
        bucket = Bucket("https://s3.amazonaws.com", "examplebucket", "us-east-1", "AKIAIOSFODNN7EXAMPLE", secret)
        at = datetime(2013, 5, 24, tzinfo=timezone.utc)
        url = media.sign_url(bucket, "GET", "https://examplebucket.s3.amazonaws.com/test.txt", at, 86400)
        self.assertIn("X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request", url)
        self.assertTrue(url.endswith("=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"), url)

    def test_the_bucket_is_part_of_the_path(self):
        bucket = Bucket("http://media:7070/", "flashfit", "us-east-1", "key", "secret")
        self.assertTrue(media.presign(bucket, "PUT", "a b").startswith("http://media:7070/flashfit/a%20b?X-Amz-"))


class Events(unittest.TestCase):
    def test_an_event_is_encoded_as_the_browser_expects(self):
        encoded = Event("activity", {"what": "x\ny"}, "5-0").encoded().decode()
        self.assertEqual(encoded, 'id: 5-0\nevent: activity\ndata: {"what":"x\\ny"}\n\n')


class Readiness(unittest.TestCase):
    def test_it_names_what_fails_and_records_only_changes(self):
        recorded = []

        async def run() -> dict[str, str]:
            async def sound() -> None: ...

            async def broken() -> None:
                raise ConnectionError("refused")

            async def slow() -> None:
                await asyncio.sleep(5)

            async def record(ready: bool, failing: list[str]) -> None:
                recorded.append((ready, failing))

            health = Health({"postgres": sound, "redis": broken, "encoder": slow}, record)
            answer = await health.check()
            health._asked = 0
            await health.check()
            return answer

        answer = asyncio.run(run())
        self.assertEqual(answer, {"postgres": "ok", "redis": "refused", "encoder": "no answer within 0.8 s"})
        self.assertEqual(recorded, [(False, ["encoder", "redis"])])


class Settings(unittest.TestCase):
    def test_secrets_come_from_files(self):
        with TemporaryDirectory() as folder:
            file = Path(folder) / "secret"
            file.write_text("from a file\n")
            names = ("DB_URL", "CACHE_URL", "JWT_SECRET", "MEDIA_SECRET_KEY", "OPENAI_API_KEY")
            env = {f"{name}_FILE": str(file) for name in names}
            plain = ("ENCODER_URL", "INDEX_PATH", "MEDIA_ENDPOINT", "MEDIA_BUCKET", "MEDIA_REGION", "MEDIA_ACCESS_KEY")
            env |= {name: "x" for name in plain}
            settings = read_settings(env)
        self.assertEqual((settings.jwt_secret, settings.media.secret_key), ("from a file", "from a file"))
        self.assertEqual(settings.drain_seconds, 2)


class Embedding(unittest.TestCase):
    def test_what_is_kept_in_the_cache_comes_back_the_same(self):
        vectors = {name: np.arange(4, dtype=np.float32) + at for at, name in enumerate(ENCODERS)}
        for name, vector in unpack(pack(vectors)).items():
            np.testing.assert_array_equal(vector, vectors[name])


class Server(unittest.TestCase):
    def test_sigterm_drains_and_sigint_leaves_at_once(self):
        from types import SimpleNamespace

        from flashfit.server import DrainingServer

        async def run(first: signal.Signals) -> list[bool]:
            parts = SimpleNamespace(draining=asyncio.Event(), settings=SimpleNamespace(drain_seconds=0.05))
            app = SimpleNamespace(state=SimpleNamespace(parts=parts))
            server = DrainingServer(SimpleNamespace(loaded_app=app))
            server.handle_exit(first, None)
            seen = [parts.draining.is_set(), server.should_exit]
            await asyncio.sleep(0.1)
            return [*seen, server.should_exit]

        self.assertEqual(asyncio.run(run(signal.SIGTERM)), [True, False, True])
        self.assertEqual(asyncio.run(run(signal.SIGINT)), [True, True, True])


if __name__ == "__main__":
    unittest.main()
