"""Runs the simulator as a process with command line options."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.processes import free_port, module, start


@contextmanager
def running(*switches: str, ended_by: signal.Signals = signal.SIGTERM) -> Iterator[str]:
    """Run the simulator and yield its address; it must end cleanly on the signal."""
    url = f"http://127.0.0.1:{free_port()}"
    with TemporaryDirectory() as folder:
        command = module("stripe_simulator", "--port", url.rpartition(":")[2], "--quiet", *switches)
        process = start(command, Path(folder) / "simulator.log")
        try:
            process.until_it_answers(f"{url}/simulator/health")
            yield url
        finally:
            code = process.stop(ended_by)
        assert code == 0, process.output
