"""Start, wait for and stop processes; failures show their log."""

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
from tests.fork_server import ForkedProgram, running_programs

ROOT = Path(__file__).resolve().parent.parent
# A generous limit in seconds: the machine may be busy with other tests.
PATIENCE = 300
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
        """Wait until `url` answers 2xx. Fails with the log if the process ends or takes too long."""
        deadline = time.monotonic() + PATIENCE
        while not _answers(url):
            assert self.popen.poll() is None, f"{self.popen.args} ended; it said:\n{self.output}"
            assert time.monotonic() < deadline, f"{url} does not answer; {self.popen.args} said:\n{self.output}"
            # Pause between two requests, but notice if the process ends.
            wait_briefly(self.popen)


def start(command: Sequence[str], log: Path, env: Mapping[str, str] | None = None) -> Process:
    """Start a program; `env` is added to the environment of the tests."""
    with log.open("wb") as output:
        popen = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # The process ends with the test process, even if that is killed.
            preexec_fn=stop_with_parent(os.getpid()),
        )
    return Process(popen, log)


def start_quickly(arguments: Sequence[str], log: Path, env: Mapping[str, str] | None = None) -> Process:
    """Start `python -m …` in a process that has imported the shop already, see tests/fork_server.py."""
    popen = ForkedProgram(arguments, {**os.environ, **(env or {})}, Path(os.devnull), log, log)
    return Process(popen, log)


@contextmanager
def running(command: Sequence[str], url: str, log: Path, env: Mapping[str, str] | None = None) -> Iterator[Process]:
    """Run a program that answers at `url` until the context ends."""
    with _answering(start(command, log, env), url) as process:
        yield process


@contextmanager
def running_quickly(
    arguments: Sequence[str], url: str, log: Path, env: Mapping[str, str] | None = None
) -> Iterator[Process]:
    """The same with `start_quickly`."""
    with _answering(start_quickly(arguments, log, env), url) as process:
        yield process


@contextmanager
def closing_process(process: Process) -> Iterator[Process]:
    """Stop a program when the context ends."""
    try:
        yield process
    finally:
        process.stop()


@contextmanager
def _answering(process: Process, url: str) -> Iterator[Process]:
    with closing_process(process):
        process.until_it_answers(url)
        yield process


def module(*arguments: str) -> list[str]:
    """The command `python -m …` with the current Python."""
    return [sys.executable, "-m", *arguments]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def until(condition: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Wait until `condition()` is true; fails with `what` after so many seconds."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, f"waited {patience} seconds for: {what}"
        threading.Event().wait(PAUSE)


def processes_with(name: str, value: str) -> list[int]:
    """IDs of all running processes with `name=value` in their environment."""
    wanted = f"{name}={value}".encode()
    found = [pid for program in running_programs(name, value) for pid in (program, *_children_of(program))]
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            variables = environ.read_bytes().split(b"\0")
        except OSError:
            continue
        if wanted in variables:
            found.append(int(environ.parent.name))
    return found


def _children_of(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


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
