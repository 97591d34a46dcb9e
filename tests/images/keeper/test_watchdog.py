import tempfile
import unittest
from pathlib import Path

from fakes import Clock, FakeContainers, FakeDocker, container, event, state
from keeper.memory import Memory
from keeper.watchdog import Watchdog
from prometheus_client import CollectorRegistry


class WatchdogTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.api = container()
        self.docker = FakeDocker()
        self.clock = Clock()
        self.containers = FakeContainers(self.api)
        self.memory = Memory(Path(folder.name) / "memory.json")
        self.registry = CollectorRegistry()
        self.watchdog = Watchdog(
            self.docker, self.containers, self.memory, self.registry, self.clock, lambda _: None
        )

    def happens(self, action, health="", **attributes):
        self.watchdog.handle(event(action, self.api, health, **attributes), self.api)

    def is_now(self, status, health="", last_exit=1):
        self.docker.states[self.api.name] = state(status, health, last_exit)

    def passes(self, seconds):
        """Time goes by, and what is due is carried out."""
        self.clock.now += seconds
        for plan in self.watchdog.due():
            self.watchdog.carry_out(plan)
        return self.docker.orders

    def restarts(self, reason):
        labels = {"name": self.api.name, "service": "api", "reason": reason}
        return self.registry.get_sample_value("atelier_watchdog_restarts_total", labels)


class WhatDied(WatchdogTest):
    def test_docker_kill_is_undone_at_once(self):
        self.happens("kill", signal="9")
        self.happens("die", exitCode="137")
        self.is_now("exited")
        self.assertEqual(self.passes(0.2), [("start", self.api.name)])
        self.assertEqual(self.restarts("killed"), 1)

    def test_docker_stop_stays(self):
        self.happens("kill", signal="15")
        self.happens("die", exitCode="143")
        self.is_now("exited")
        self.assertEqual(self.passes(0.5), [])
        self.happens("stop")
        self.assertEqual(self.passes(60), [])

    def test_docker_stop_that_had_to_kill_stays(self):
        self.happens("kill", signal="15")
        self.clock.now += 10
        self.happens("kill", signal="9")
        self.happens("die", exitCode="137")
        self.is_now("exited")
        self.assertEqual(self.passes(1), [])
        self.happens("stop")
        self.assertEqual(self.passes(60), [])

    def test_the_stop_signal_of_the_container_itself_counts(self):
        self.api = container(stop_signal="10")
        self.happens("kill", signal="10")
        self.happens("die", exitCode="0")
        self.is_now("exited")
        self.assertEqual(self.passes(0.5), [])

    def test_a_removal_stays(self):
        self.happens("kill", signal="9")
        self.happens("die", exitCode="137")
        self.is_now("removing")
        self.assertEqual(self.passes(0.2), [])
        self.happens("destroy")
        self.assertEqual(self.passes(60), [])

    def test_gone_before_the_look(self):
        self.happens("die", exitCode="137")
        self.assertEqual(self.passes(0.2), [])

    def test_a_term_signal_without_a_stop_is_undone_after_a_while(self):
        self.happens("kill", signal="15")
        self.happens("die", exitCode="143")
        self.is_now("exited")
        self.assertEqual(self.passes(2.1), [("start", self.api.name)])

    def test_a_reload_by_signal_is_no_stop(self):
        self.happens("kill", signal="1")
        self.happens("kill", signal="9")
        self.happens("die", exitCode="137")
        self.is_now("exited")
        self.assertEqual(self.passes(0.2), [("start", self.api.name)])

    def test_what_docker_restarts_by_itself_is_left_to_it(self):
        self.happens("die", exitCode="1")
        self.is_now("restarting")
        self.assertEqual(self.passes(0.2), [])
        self.assertIsNone(self.restarts("killed"))

    def test_jobs_and_cron_are_none_of_its_business(self):
        for run in ("once", "on-schedule", "never", ""):
            self.api = container(run=run)
            self.happens("die", exitCode="137")
            self.is_now("exited")
            self.assertEqual(self.passes(5), [])

    def test_a_start_that_fails_is_tried_again(self):
        self.happens("die", exitCode="137")
        self.is_now("exited")
        self.docker.broken = True
        self.passes(0.2)
        self.docker.broken = False
        self.assertEqual(self.passes(9), [])
        self.assertEqual(self.passes(1.1), [("start", self.api.name)])


class WhatIsIll(WatchdogTest):
    def falls_ill(self, last_exit=1):
        self.happens("health_status", "unhealthy")
        self.is_now("running", "unhealthy", last_exit)

    def test_restarted_at_once_when_it_was_healthy_before(self):
        self.happens("health_status", "healthy")
        self.clock.now += 60
        self.falls_ill()
        self.assertEqual(self.passes(0), [("restart", self.api.name, 0)])
        self.assertEqual(self.restarts("unhealthy"), 1)

    def test_a_database_gets_time_to_write(self):
        self.api = container(part="data")
        self.happens("health_status", "healthy")
        self.falls_ill()
        self.assertEqual(self.passes(0), [("restart", self.api.name, 3)])

    def test_left_alone_during_its_first_start(self):
        self.falls_ill()
        self.assertEqual(self.passes(600), [])

    def test_that_it_was_healthy_is_known_to_the_next_keeper(self):
        self.happens("health_status", "healthy")
        again = Watchdog(self.docker, self.containers, self.memory, CollectorRegistry(), self.clock)
        self.containers.change(self.api.id, health="unhealthy")
        self.is_now("running", "unhealthy")
        again.review()
        [plan] = again.due()
        again.carry_out(plan)
        self.assertEqual(self.docker.orders, [("restart", self.api.name, 0)])

    def test_left_alone_while_it_is_being_stopped(self):
        self.happens("health_status", "healthy")
        self.happens("kill", signal="15")
        self.falls_ill()
        self.assertEqual(self.passes(5), [])

    def test_left_alone_when_it_got_well_meanwhile(self):
        self.happens("health_status", "healthy")
        self.falls_ill()
        self.is_now("running", "healthy")
        self.assertEqual(self.passes(0), [])

    def test_longer_waits_while_restarts_do_not_help(self):
        self.happens("health_status", "healthy")
        self.clock.now += 60
        for wait in (0, 10, 20, 40, 80, 160, 300, 300):
            self.docker.orders.clear()
            self.falls_ill()
            if wait:
                self.assertEqual(self.passes(wait - 0.1), [])
            self.assertEqual(len(self.passes(0.2)), 1, wait)
            self.happens("start")

    def test_no_wait_after_it_was_well_for_a_while(self):
        for _ in range(20):
            self.happens("start")
            self.happens("health_status", "healthy")
            self.clock.now += 6
            self.docker.orders.clear()
            self.falls_ill()
            self.assertEqual(len(self.passes(0)), 1)

    def test_a_busy_container_gets_half_a_minute(self):
        self.happens("health_status", "healthy")
        self.docker.cpu = [index / 10 for index in range(100)]
        self.falls_ill(last_exit=-1)
        self.assertEqual(self.passes(0), [])
        self.assertEqual(self.passes(3), [])
        self.assertEqual(self.passes(28), [("restart", self.api.name, 0)])

    def test_a_hung_container_gets_no_time(self):
        self.happens("health_status", "healthy")
        self.falls_ill(last_exit=-1)
        self.assertEqual(self.passes(0), [("restart", self.api.name, 0)])


if __name__ == "__main__":
    unittest.main()
