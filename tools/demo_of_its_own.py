"""A demo in a temporary folder and on free ports, for whoever wants to look at or measure a running shop."""

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

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def running_demo() -> Iterator[dict[str, str]]:
    """What the demo prints, by its first word: Shop, Admin, Email, Password, Stripe."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "DEMO_DIR": folder,
            "PORT": str(free_port()),
            "SIMULATOR_PORT": str(free_port()),
        }
        demo = subprocess.Popen(
            [sys.executable, "-m", "demo"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        )
        try:
            yield printed(demo)
        finally:
            demo.send_signal(signal.SIGTERM)
            demo.wait(60)


def printed(demo: subprocess.Popen[str]) -> dict[str, str]:
    said = {}
    for line in demo.stdout or ():
        found = re.match(r"\s+(Shop|Admin|Email|Password|Stripe)\s+(\S+)$", line)
        if found:
            said[found[1]] = found[2]
        if "Ctrl-C" in line:
            return said
    raise SystemExit("the demo ended before it was open")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
