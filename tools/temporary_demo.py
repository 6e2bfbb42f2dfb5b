"""Runs a demo in a temporary folder and on free ports, for screenshots and benchmarks."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demo.settings import Demo

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def running_demo() -> Iterator[tuple[Demo, dict[str, str]]]:
    """A running demo, and the values that it prints: Shop, Admin, Email, Password, Stripe."""
    with tempfile.TemporaryDirectory() as folder:
        chosen = Demo(Path(folder), free_port(), free_port())
        environment = {
            **os.environ,
            "DEMO_DIR": folder,
            "PORT": str(chosen.port),
            "SIMULATOR_PORT": str(chosen.simulator_port),
        }
        demo = subprocess.Popen(
            [sys.executable, "-m", "demo"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        )
        try:
            yield chosen, read_welcome(demo)
        finally:
            demo.send_signal(signal.SIGTERM)
            demo.wait(60)


def read_welcome(demo: subprocess.Popen[str]) -> dict[str, str]:
    values = {}
    for line in demo.stdout or ():
        found = re.match(r"\s+(Shop|Admin|Email|Password|Stripe)\s+(\S+)$", line)
        if found:
            values[found[1]] = found[2]
        if "Ctrl-C" in line:
            return values
    raise SystemExit("the demo ended before it was ready")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
