import gzip
import io
import json
import tempfile
import unittest
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

from fakes import Clock, FakeContainers, container
from keeper.logs import files as files_module
from keeper.logs.collector import LogCollector
from keeper.logs.files import LogFiles
from keeper.logs.lines import Line, nanoseconds, read_lines
from keeper.logs.reader import print_logs
from prometheus_client import CollectorRegistry

DAY = 86400.0
NOON = nanoseconds("2026-11-21T12:00:00Z") / 1e9


def frame(stamp: str, text: str, stream: str = "stdout") -> tuple[str, bytes]:
    return stream, f"{stamp} {text}".encode()


class Lines(unittest.TestCase):
    def test_times_keep_their_nanoseconds(self):
        self.assertEqual(nanoseconds("1970-01-01T00:00:01.5Z"), 1_500_000_000)
        self.assertEqual(nanoseconds("1970-01-01T00:00:01Z"), 1_000_000_000)
        self.assertEqual(nanoseconds("1970-01-01T00:00:01.000000001Z"), 1_000_000_001)

    def test_pieces_become_one_line_per_stream(self):
        frames = [
            frame("2026-11-21T10:00:00Z", "aaa"),
            frame("2026-11-21T10:00:00Z", "error\n", "stderr"),
            frame("2026-11-21T10:00:01Z", "bbb\r\n"),
        ]
        self.assertEqual(
            list(read_lines(frames)),
            [Line("2026-11-21T10:00:00Z", "stderr", "error"), Line("2026-11-21T10:00:01Z", "stdout", "aaabbb")],
        )

    def test_bytes_that_are_no_text_do_no_harm(self):
        [line] = read_lines([("stdout", b"2026-11-21T10:00:00Z \xff\xfe\n")])
        self.assertEqual(line.text, "��")


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.clock = Clock(NOON)

    def open(self, cap=10**9, retention=7 * DAY) -> LogFiles:
        files = LogFiles(self.root, retention, cap, self.clock)
        self.addCleanup(files.close)
        return files

    def names(self, service="api") -> list[str]:
        folder = self.root / service
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


class Files(InFolder):
    def test_one_file_per_service_and_day(self):
        files = self.open()
        files.append("api", "shop-dev-api-1", Line("2026-11-20T23:59:59.9Z", "stdout", "old"))
        files.append("api", "shop-dev-api-1", Line("2026-11-21T00:00:00Z", "stderr", "nëw"))
        files.append("web", "shop-dev-web-1", Line("2026-11-21T00:00:00Z", "stdout", "x"))
        files.close()
        self.assertEqual(self.names(), ["2026-11-20.jsonl", "2026-11-21.jsonl"])
        self.assertEqual(
            json.loads((self.root / "api/2026-11-21.jsonl").read_text()),
            {"time": "2026-11-21T00:00:00Z", "service": "api", "container": "shop-dev-api-1", "stream": "stderr",
             "message": "nëw"},
        )

    def test_cursors_survive_a_proper_end(self):
        files = self.open()
        for text in ("a", "b"):
            files.append("api", "c", Line("2026-11-21T10:00:00.000000001Z", "stdout", text))
        files.close()
        self.assertEqual(self.open().cursor("c"), (nanoseconds("2026-11-21T10:00:00.000000001Z"), 2))

    def test_cursors_survive_a_sudden_end(self):
        files = self.open()
        files.append("api", "c", Line("2026-11-21T10:00:00Z", "stdout", "a"))
        files.flush()
        files.append("api", "c", Line("2026-11-21T10:00:01Z", "stdout", "b"))
        files.append("api", "d", Line("2026-11-21T10:00:02Z", "stdout", "c"))
        next(iter(files._open.values())).flush()
        with open(self.root / "api/2026-11-21.jsonl", "ab") as file:
            file.write(b'{"time":"2026-11-21T10:00:03Z","ser')
        again = self.open()
        self.assertEqual(again.cursor("c"), (nanoseconds("2026-11-21T10:00:01Z"), 1))
        self.assertEqual(again.cursor("d"), (nanoseconds("2026-11-21T10:00:02Z"), 1))
        self.assertEqual(len((self.root / "api/2026-11-21.jsonl").read_text().splitlines()), 3)

    def test_finished_days_are_compressed_and_late_lines_join_them(self):
        files = self.open()
        for text in ("a", "b"):
            files.append("api", "c", Line("2026-11-20T10:00:00Z", "stdout", text))
            files.flush()
            files.tidy({"c"})
            self.assertEqual(self.names(), ["2026-11-20.jsonl.gz"])
        with gzip.open(self.root / "api/2026-11-20.jsonl.gz") as content:
            self.assertEqual([json.loads(line)["message"] for line in content], ["a", "b"])

    def test_old_days_leave(self):
        files = self.open(retention=2 * DAY)
        for day in (10, 18, 19, 21):
            files.append("api", "c", Line(f"2026-11-{day}T10:00:00Z", "stdout", "x"))
        files.append("gone", "d", Line("2026-11-10T10:00:00Z", "stdout", "x"))
        files.flush()
        files.tidy({"c"})
        self.assertEqual(self.names(), ["2026-11-19.jsonl.gz", "2026-11-21.jsonl"])
        self.assertFalse((self.root / "gone").exists())
        self.assertIsNone(files.cursor("d"))

    def test_big_files_are_put_aside_and_the_oldest_leave_at_the_cap(self):
        with mock.patch.object(files_module, "CHUNK", 1000):
            files = self.open(cap=400)
            for number in range(40):
                files.append("api", "c", Line(f"2026-11-21T10:00:{number:02d}Z", "stdout", f"{number} " * 20))
            self.assertGreater(len(self.names()), 2)
            files.flush()
            files.tidy({"c"})
        self.assertEqual(self.names()[-1], "2026-11-21.jsonl")
        self.assertNotIn("2026-11-21.001.jsonl.gz", self.names())
        sizes = sum(path.stat().st_size for path in (self.root / "api").glob("*.gz"))
        self.assertLessEqual(sizes, 400)


class FakeLogs:
    """Replays a container's log from `since` on, that moment included, as the engine does."""

    def __init__(self, *frames):
        self.frames = frames
        self.asked: list[int | None] = []

    def logs(self, _name, since):
        self.asked.append(since)
        stamp = lambda payload: nanoseconds(payload.split(b" ")[0].decode())
        return [one for one in self.frames if since is None or stamp(one[1]) >= since]


class Collector(InFolder):
    def test_nothing_is_lost_or_kept_twice_over_a_restart(self):
        api = container()
        frames = [frame(f"2026-11-21T10:00:0{number // 2}Z", f"{number}\n") for number in range(6)]
        for count in (0, 3, 3, 5, 6):
            files = self.open()
            collector = LogCollector(FakeLogs(*frames[:count]), FakeContainers(api), files, CollectorRegistry())
            collector.collect(api)
            files.close()
        lines = (self.root / "api/2026-11-21.jsonl").read_text().splitlines()
        self.assertEqual([json.loads(line)["message"] for line in lines], ["0", "1", "2", "3", "4", "5"])


    def test_nothing_is_kept_twice_after_a_sudden_end_right_after_a_piece_was_put_aside(self):
        api = container()
        frames = [frame(f"2026-11-21T10:00:0{number // 3}Z", f"{number}\n") for number in range(9)]
        with mock.patch.object(files_module, "CHUNK", 300):
            for count in (2, 4, 5, 7, 9):
                files = self.open()
                LogCollector(FakeLogs(*frames[:count]), FakeContainers(api), files, CollectorRegistry()).collect(api)
                if count % 2:
                    files.flush()
                else:
                    for file in files._open.values():
                        file.flush()
        pieces = sorted((self.root / "api").glob("*.jsonl"), key=lambda path: (path.name.count(".") < 2, path.name))
        self.assertGreater(len(pieces), 2)
        lines = [line for path in pieces for line in path.read_text().splitlines()]
        self.assertEqual([json.loads(line)["message"] for line in lines], [str(number) for number in range(9)])


class Reader(InFolder):
    def setUp(self):
        super().setUp()
        files = self.open()
        files.append("api", "c", Line("2026-11-20T10:00:00Z", "stdout", "yesterday"))
        files.append("api", "c", Line("2026-11-21T10:00:00.25Z", "stdout", "first"))
        files.append("api", "c", Line("2026-11-21T10:00:02Z", "stdout", "third ERROR"))
        files.append("web", "d", Line("2026-11-21T10:00:01Z", "stderr", "second"))
        files.flush()
        files.tidy({"c", "d"})
        files.close()

    def printed(self, *words) -> list[str]:
        out = io.StringIO()
        with redirect_stdout(out):
            self.assertEqual(print_logs(list(words), self.root), 0)
        return out.getvalue().splitlines()

    def test_services_are_merged_in_the_order_of_time(self):
        self.assertEqual(
            self.printed("--since", "2026-11-21T00:00"),
            [
                "2026-11-21T10:00:00.250Z api | first",
                "2026-11-21T10:00:01.000Z web | second",
                "2026-11-21T10:00:02.000Z api | third ERROR",
            ],
        )

    def test_compressed_days_are_read_too(self):
        self.assertEqual(len(self.printed("--since", "2026-11-20T00:00", "api")), 3)

    def test_lines_are_searched(self):
        self.assertEqual(len(self.printed("--since", "2026-11-20T00:00", "--grep", "(?i)error")), 1)

    def test_wrong_words_are_one_line(self):
        for words, message in (
            (["--since", "1"], "--since: 1 is neither a time like 2026-01-31T12:00 nor a length like 1h\n"),
            (["--grep", "("], "--grep: ( is no regular expression: missing ), unterminated subpattern at position 0\n"),
        ):
            error = io.StringIO()
            with redirect_stderr(error), self.assertRaises(SystemExit) as ended:
                print_logs(words, self.root)
            self.assertEqual((ended.exception.code, error.getvalue()), (1, message))

    def test_an_unknown_service_is_an_error_that_names_the_known(self):
        error = io.StringIO()
        with redirect_stderr(error):
            self.assertEqual(print_logs(["wbe"], self.root), 1)
        self.assertEqual(error.getvalue(), "there are no logs of wbe; there are logs of api, web\n")


if __name__ == "__main__":
    unittest.main()
