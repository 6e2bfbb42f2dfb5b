"""Runs the simulator as a process with command line options."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import requests

TIMEOUT = 20


def wait_until(condition: Callable[[], bool]) -> None:
    """Poll until the condition is true; fail after the timeout."""
    deadline = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < deadline, "it never came true"


@contextmanager
def running(*switches: str, ended_by: int = signal.SIGTERM) -> Iterator[str]:
    """Run the simulator and yield its address; it must end cleanly on the signal."""
    port = free_port()
    command = [sys.executable, "-m", "stripe_simulator", "--port", str(port), "--quiet", *switches]
    process = subprocess.Popen(command)
    try:
        wait_until_answering(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(ended_by)
        code = process.wait(TIMEOUT)
    assert code == 0


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until_answering(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        assert process.poll() is None, "the simulator ended before it answered"
        try:
            if requests.get(f"{url}/simulator/health", timeout=1).ok:
                return
        except requests.ConnectionError:
            continue
    raise AssertionError("the simulator does not answer")
