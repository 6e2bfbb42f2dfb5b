"""A Redis server of our own for a while: in memory, on a port of its own, and it can fall silent or be gone."""

import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from tests.processes import Process, free_port, start, until

PROGRAM = "redis-server"


def is_installed() -> bool:
    """Whether its program is here."""
    return shutil.which(PROGRAM) is not None


class RedisServer:
    """`url` is where it answers while it runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.client = redis.Redis.from_url(self.url)
        self.start()

    def start(self) -> None:
        """Empty, as after a restart of a server that keeps nothing."""
        options = {"port": str(self.port), "bind": "127.0.0.1", "save": "", "dir": str(self.folder)}
        command = [PROGRAM, *(word for name, value in options.items() for word in (f"--{name}", value))]
        self.process: Process = start(command, self.folder / "redis.log")
        until(self._answers, "Redis to answer")

    def stop(self) -> None:
        """Gone: nothing listens there."""
        self.process.stop(signal.SIGKILL)

    @contextmanager
    def silent(self) -> Iterator[None]:
        """It takes connections and never answers."""
        self.process.popen.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.popen.send_signal(signal.SIGCONT)

    def pushed(self) -> int:
        """How often a job was put into its queue."""
        calls: int = self.client.info("commandstats").get("cmdstat_lpush", {"calls": 0})["calls"]
        return calls

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except redis.ConnectionError:
            return False
