"""Real processes for tests: started, waited for until they answer, ended, with their log when something is wrong."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from storefront.operations.supervisor import stop_with_parent

ROOT = Path(__file__).resolve().parent.parent
# Generous: the machine may be busy with other tests. Nothing waits that long when all is well.
PATIENCE = 60
PAUSE = 0.05


@dataclass(frozen=True)
class Process:
    """A running program; `log` holds all it prints."""

    popen: subprocess.Popen[bytes]
    log: Path

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal to this process alone; its exit code."""
        if self.popen.poll() is None:
            self.popen.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        try:
            return self.popen.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.popen.args} does not end; it said:\n{self.output}") from None

    def until_it_answers(self, url: str) -> None:
        """Until `url` answers 2xx; fails with the log when the process ends before or takes too long."""
        deadline = time.monotonic() + PATIENCE
        while not _answers(url):
            assert self.popen.poll() is None, f"{self.popen.args} ended; it said:\n{self.output}"
            assert time.monotonic() < deadline, f"{url} does not answer; {self.popen.args} said:\n{self.output}"
            # It may end any moment: waiting for that is the pause between two questions.
            wait_briefly(self.popen)


def start(command: Sequence[str], log: Path, env: Mapping[str, str] | None = None) -> Process:
    """Start a program of this project; `env` is added to the environment of the tests."""
    with log.open("wb") as output:
        popen = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # Tests that are killed leave nothing behind either.
            preexec_fn=stop_with_parent(os.getpid()),
        )
    return Process(popen, log)


@contextmanager
def running(command: Sequence[str], url: str, log: Path, env: Mapping[str, str] | None = None) -> Iterator[Process]:
    """A program that answers at `url` for as long as the context lasts."""
    process = start(command, log, env)
    try:
        process.until_it_answers(url)
        yield process
    finally:
        process.stop()


def module(*arguments: str) -> list[str]:
    """The command `python -m …` with this very Python."""
    return [sys.executable, "-m", *arguments]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def until(condition: Callable[[], object], what: str) -> None:
    """Until `condition()` is true; fails saying `what` was waited for."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited {PATIENCE} seconds for: {what}"
        threading.Event().wait(PAUSE)


def processes_with(name: str, value: str) -> list[int]:
    """Ids of the live processes whose environment says `name=value`, wherever they hang in the tree."""
    wanted = f"{name}={value}".encode()
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            variables = environ.read_bytes().split(b"\0")
        except OSError:
            continue
        if wanted in variables:
            found.append(int(environ.parent.name))
    return found


def wait_briefly(popen: subprocess.Popen[bytes]) -> None:
    try:
        popen.wait(PAUSE)
    except subprocess.TimeoutExpired:
        return


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False
