"""A temporary Redis server, in memory, that a test can stop or suspend."""

import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from tests.processes import Process, free_port, start, until

PROGRAM = "redis-server"


def is_installed() -> bool:
    """Whether the server program is installed."""
    return shutil.which(PROGRAM) is not None


class RedisServer:
    """A Redis server; `url` is its address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.client = redis.Redis.from_url(self.url)
        self.start()

    def start(self) -> None:
        """Start it empty, like a restart without persistence."""
        options = {"port": str(self.port), "bind": "127.0.0.1", "save": "", "dir": str(self.folder)}
        command = [PROGRAM, *(word for name, value in options.items() for word in (f"--{name}", value))]
        self.process: Process = start(command, self.folder / "redis.log")
        until(self._answers, "Redis to answer")

    def stop(self) -> None:
        """Kill it: nothing listens at its port."""
        self.process.stop(signal.SIGKILL)

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Suspend it: connections are accepted, but get no response."""
        self.process.popen.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.popen.send_signal(signal.SIGCONT)

    def pushed_jobs(self) -> int:
        """The number of jobs pushed_jobs to the queue."""
        calls: int = self.client.info("commandstats").get("cmdstat_lpush", {"calls": 0})["calls"]
        return calls

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except redis.ConnectionError:
            return False


@contextmanager
def running_redis(folder: Path) -> Iterator[RedisServer]:
    """A server that runs until the context ends."""
    server = RedisServer(folder)
    try:
        yield server
    finally:
        server.stop()
