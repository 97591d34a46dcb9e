import tempfile
import unittest
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from fakes import Clock, FakeContainers, FakeDocker, container, event, state
from keeper.memory import Memory
from keeper.scheduler import Due, Scheduler, runs_between
from prometheus_client import CollectorRegistry

BERLIN = "Europe/Berlin"


def at(text: str, zone: str = "UTC", fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()


class RunsBetween(unittest.TestCase):
    def test_the_end_counts_and_the_beginning_does_not(self):
        self.assertEqual(runs_between("0 3 * * *", "UTC", at("2026-01-01T02:59:59"), at("2026-01-01T03:00")), 1)
        self.assertEqual(runs_between("0 3 * * *", "UTC", at("2026-01-01T03:00"), at("2026-01-01T04:00")), 0)

    def test_the_zone_counts(self):
        self.assertEqual(runs_between("0 3 * * *", BERLIN, at("2026-01-01T01:59"), at("2026-01-01T02:01")), 1)
        self.assertEqual(runs_between("0 3 * * *", BERLIN, at("2026-07-01T00:59"), at("2026-07-01T01:01")), 1)

    def test_every_day_has_one_run_also_when_clocks_change(self):
        for day in ("2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25"):
            start = at(f"{day}T00:00", BERLIN)
            end = at(f"{day}T23:59", BERLIN)
            self.assertEqual(runs_between("30 2 * * *", BERLIN, start, end), 1, day)

    def test_a_repeated_hour_has_all_its_runs_for_a_star(self):
        start, end = at("2026-10-25T01:59", BERLIN), at("2026-10-25T03:00", BERLIN)
        self.assertEqual(end - start, 7260)
        self.assertEqual(runs_between("*/10 * * * *", BERLIN, start, end), 13)

    def test_no_run_twice_however_often_one_looks(self):
        now, end, runs = at("2026-10-25T00:00", BERLIN), at("2026-10-25T06:00", BERLIN), 0
        while now < end:
            runs += runs_between("*/10 * * * *", BERLIN, now, now + 7)
            now += 7
        self.assertEqual(runs, 7 * 6)


class SchedulerTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "memory.json"
        self.docker = FakeDocker()
        self.clock = Clock(at("2026-01-01T02:30"))
        self.job = container(
            "shop-dev-reindex-3fa9c1", service="reindex", entry="reindex", run="on-schedule", cron="0 3 * * *"
        )
        self.containers = FakeContainers(self.job)
        self.docker.states[self.job.name] = state("exited")
        self.begin()

    def begin(self):
        self.registry = CollectorRegistry()
        self.scheduler = Scheduler(
            self.docker, self.containers, Memory(self.file), self.registry, self.clock
        )

    def look(self, when: str):
        self.clock.now = at(when)
        due = self.scheduler.due()
        for one in due:
            self.scheduler.start(one)
        return due

    def value(self, metric: str, **labels):
        return self.registry.get_sample_value(metric, {"service": "reindex", **labels})

    def test_starts_at_its_time_and_not_before(self):
        self.assertEqual(self.look("2026-01-01T02:30"), [])
        self.assertEqual(self.look("2026-01-01T02:59:59"), [])
        self.assertEqual(self.look("2026-01-01T03:00:00"), [Due(self.job, 1)])
        self.assertEqual(self.look("2026-01-01T03:00:01"), [])
        self.assertEqual(self.docker.orders, [("start", self.job.name)])

    def test_an_overlapping_run_is_skipped_and_counted(self):
        self.look("2026-01-01T02:30")
        self.docker.states[self.job.name] = state("running")
        self.look("2026-01-01T03:00")
        self.assertEqual(self.docker.orders, [])
        self.assertEqual(self.value("atelier_cron_runs_total", outcome="skipped"), 1)

    def test_missed_runs_are_made_up_for_by_one(self):
        self.look("2026-01-01T02:30")
        self.begin()
        self.look("2026-01-05T10:00")
        self.assertEqual(self.docker.orders, [("start", self.job.name)])
        self.assertEqual(self.value("atelier_cron_runs_total", outcome="missed"), 4)

    def test_a_new_generation_keeps_the_schedule_and_replaces_the_old_one(self):
        self.look("2026-01-01T02:30")
        newer = container(
            "shop-dev-reindex-aaaaaa", service="reindex", entry="reindex", run="on-schedule", cron="0 3 * * *",
            created=2000.0,
        )
        self.containers.members[newer.id] = newer
        self.docker.states[newer.name] = state("created")
        self.look("2026-01-01T03:00")
        self.assertEqual(self.docker.orders, [("start", newer.name)])

    def test_the_end_is_counted_and_remembered(self):
        self.scheduler.handle(event("die", self.job, time=5 * 10**9, exitCode="0"), self.job)
        self.scheduler.handle(event("die", self.job, time=6 * 10**9, exitCode="3"), self.job)
        self.assertEqual(self.value("atelier_cron_runs_total", outcome="success"), 1)
        self.assertEqual(self.value("atelier_cron_runs_total", outcome="failure"), 1)
        self.begin()
        self.look("2026-01-01T02:30")
        self.assertEqual(self.value("atelier_cron_last_success_timestamp_seconds"), 5)
        self.assertEqual(self.value("atelier_cron_last_exit_code"), 3)

    def test_a_start_that_fails_is_counted(self):
        self.look("2026-01-01T02:30")
        self.docker.broken = True
        self.look("2026-01-01T03:00")
        self.assertEqual(self.value("atelier_cron_runs_total", outcome="error"), 1)


if __name__ == "__main__":
    unittest.main()
