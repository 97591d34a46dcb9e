import unittest

from keeper.containers import Containers, health_of, parse_container, parse_time, signal_number
from keeper.docker import Docker, Event, parse_event, seconds
from keeper.stats import usage_figures


def inspected(name="shop-dev-api-1-3fa9c1", started="2026-11-21T10:00:00.123456789Z", **state) -> dict:
    return {
        "Id": "abc",
        "Name": f"/{name}",
        "Created": "2026-11-21T09:59:59Z",
        "Config": {
            "Labels": {"atelier.stack": "shop-dev", "atelier.name": "api", "atelier.part": "service",
                       "atelier.run": "always"},
            "StopSignal": "SIGUSR1",
            "StopTimeout": 30,
        },
        "State": {"Status": "running", "StartedAt": started, "FinishedAt": "0001-01-01T00:00:00Z", "ExitCode": 0,
                  "Health": {"Status": "healthy"}, **state},
        "HostConfig": {"Memory": 1024},
    }


class Parsing(unittest.TestCase):
    def test_a_container(self):
        one = parse_container(inspected())
        self.assertEqual((one.name, one.entry, one.service), ("shop-dev-api-1-3fa9c1", "api-1", "api"))
        self.assertEqual((one.stop_signal, one.stop_timeout, one.health), ("10", 30.0, "healthy"))
        self.assertEqual((one.finished, one.memory_limit), (0.0, 1024))
        self.assertAlmostEqual(one.started - parse_time("2026-11-21T10:00:00Z"), 0.123456, 5)

    def test_signals(self):
        self.assertEqual([signal_number(one) for one in ("SIGTERM", "INT", "10")], ["15", "2", "10"])

    def test_an_event(self):
        raw = {"Action": "health_status: unhealthy", "timeNano": 5,
               "Actor": {"ID": "abc", "Attributes": {"name": "x"}}}
        self.assertEqual(parse_event(raw), Event("health_status", "abc", "x", 5, {"name": "x"}, "unhealthy"))

    def test_a_time_in_a_query(self):
        self.assertEqual(seconds(1_000_000_001), "1.000000001")

    def test_the_spelling_that_the_proxy_lets_through(self):
        docker = Docker("http://socket-proxy:2375", "shop-dev")
        self.assertEqual(
            docker._list,
            "/containers/json?all=1&filters=%7B%22label%22%3A%5B%22atelier.stack%3Dshop-dev%22%5D%7D",
        )


class OneContainer:
    def __init__(self):
        self.answer = inspected()
        self.status = "Up 5 seconds (healthy)"

    def list(self):
        return [{"Id": "abc", "Names": ["/shop-dev-api-1-3fa9c1"], "Labels": {"atelier.run": "always"},
                 "State": "running", "Status": self.status},
                {"Id": "files", "Names": ["/shop-dev-api-1-3fa9c1-files"], "Labels": {"atelier.run": "never"}}]

    def inspect(self, _name):
        return self.answer


class KnowingContainers(unittest.TestCase):
    def test_restarts_are_counted_however_they_are_seen(self):
        docker = OneContainer()
        containers = Containers(docker)
        containers.refresh()
        self.assertEqual([one.restarts for one in containers.all()], [0])
        docker.answer = inspected(started="2026-11-21T10:05:00Z")
        containers.handle(Event("start", "abc", "shop-dev-api-1-3fa9c1", 2, {}))
        containers.refresh()
        self.assertEqual(containers.get("abc").restarts, 1)

    def test_a_change_that_no_event_told_is_found(self):
        docker = OneContainer()
        containers = Containers(docker)
        containers.refresh()
        docker.answer = inspected(Health={"Status": "unhealthy"})
        containers.refresh()
        self.assertEqual(containers.get("abc").health, "healthy")
        docker.status = "Up 9 seconds (unhealthy)"
        containers.refresh()
        self.assertEqual(containers.get("abc").health, "unhealthy")

    def test_health_in_words(self):
        words = ("Up 5 seconds (healthy)", "Up 1 second (health: starting)", "Up 2 hours", "Exited (137) 1 second ago")
        self.assertEqual([health_of(one) for one in words], ["healthy", "starting", "", ""])

    def test_a_destroyed_one_is_forgotten_after_its_event(self):
        heard = []
        containers = Containers(OneContainer())
        containers.listen(lambda event, container: heard.append((event.action, container.name)))
        containers.refresh()
        containers.handle(Event("destroy", "abc", "shop-dev-api-1-3fa9c1", 3, {}))
        self.assertEqual(heard, [("destroy", "shop-dev-api-1-3fa9c1")])
        self.assertEqual(containers.all(), [])


class Figures(unittest.TestCase):
    BASE = {"cpu_stats": {"cpu_usage": {"total_usage": 2 * 10**9}}, "pids_stats": {"current": 3}}

    def working_set(self, stats):
        return usage_figures({**self.BASE, "memory_stats": {"usage": 100, "stats": stats}})[
            "container_memory_working_set_bytes"
        ]

    def test_memory_on_both_versions_of_control_groups(self):
        self.assertEqual(self.working_set({"total_inactive_file": 30, "inactive_file": 10}), 70)
        self.assertEqual(self.working_set({"inactive_file": 40}), 60)

    def test_an_engine_that_has_no_figures(self):
        empty = {"read": "0001-01-01T00:00:00Z", "cpu_stats": {"cpu_usage": {"total_usage": 0}}, "memory_stats": {}}
        self.assertEqual(usage_figures(empty), {})

    def test_networks_and_disks_are_summed(self):
        figures = usage_figures({
            **self.BASE,
            "memory_stats": {},
            "networks": {"eth0": {"rx_bytes": 1, "tx_bytes": 2}, "eth1": {"rx_bytes": 10, "tx_bytes": 20}},
            "blkio_stats": {"io_service_bytes_recursive": [
                {"op": "Read", "value": 5}, {"op": "read", "value": 6}, {"op": "Write", "value": 7},
                {"op": "Total", "value": 99}]},
        })
        self.assertEqual(figures["container_network_receive_bytes_total"], 11)
        self.assertEqual(figures["container_network_transmit_bytes_total"], 22)
        self.assertEqual(figures["container_fs_reads_bytes_total"], 11)
        self.assertEqual(figures["container_fs_writes_bytes_total"], 7)
        self.assertEqual(figures["container_cpu_usage_seconds_total"], 2.0)


if __name__ == "__main__":
    unittest.main()
