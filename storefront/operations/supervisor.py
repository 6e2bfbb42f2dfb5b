"""A tree of child processes that stop together. `python -m storefront` and the demo use it."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType, TracebackType
from typing import NoReturn

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
PR_SET_PDEATHSIG = 1  # prctl(2)
POLL_SECONDS = 0.1


class StopRequested(Exception):
    """The process got a stop signal: from Ctrl-C, a service manager or a closed terminal."""


class ChildEnded(Exception):
    """A child process ended although nobody stopped it."""

    def __init__(self, name: str, code: int) -> None:
        super().__init__(f"{name} ended by itself ({_exit_text(code)})")
        self.name = name
        self.code = code


class ProcessTree:
    """A context manager: at its end all children are stopped, the last one started first.

    Each child has its own session, so Ctrl-C reaches only this process, which then stops the children. On Linux the
    children get SIGTERM when this process is killed.
    """

    def __init__(self, grace_seconds: float) -> None:
        """A child that does not stop within `grace_seconds` is killed."""
        self._grace_seconds = grace_seconds
        self._children: list[tuple[str, subprocess.Popen[bytes]]] = []
        self._signals = 0

    def __enter__(self) -> "ProcessTree":
        for number in STOP_SIGNALS:
            signal.signal(number, self._count_signal)
        return self

    def start(
        self, name: str, command: Sequence[str], env: Mapping[str, str] | None = None, log: Path | None = None
    ) -> None:
        """Start a child. Its output goes to the file `log`, which is overwritten, or to the output of this process."""
        output = log.open("wb") if log else None
        try:
            child = subprocess.Popen(  # noqa: S603 - only our own programs
                command,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=stop_with_parent(os.getpid()),
            )
        finally:
            if output:
                output.close()
        self._children.append((name, child))

    def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Wait until `condition` is true. Return False after `seconds`. Raises StopRequested, ChildEnded."""
        deadline = time.monotonic() + seconds
        while not condition():
            self._check()
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_SECONDS)
        return True

    def watch(self) -> NoReturn:
        """Wait until StopRequested or ChildEnded is raised."""
        while True:
            self._check()
            time.sleep(POLL_SECONDS)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        signals_before = self._signals
        for _, child in reversed(self._children):
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + self._grace_seconds
        while self._running() and time.monotonic() < deadline:
            if self._signals > signals_before + 1:
                # The user insists: kill now. One more signal does not count, because make forwards the same Ctrl-C.
                break
            time.sleep(POLL_SECONDS / 2)
        for child in self._running():
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()

    def _count_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1

    def _check(self) -> None:
        if self._signals:
            raise StopRequested
        for name, child in self._children:
            if child.poll() is not None:
                raise ChildEnded(name, child.returncode)

    def _running(self) -> list[subprocess.Popen[bytes]]:
        return [child for _, child in self._children if child.poll() is None]


def stop_with_parent(parent: int) -> Callable[[], None] | None:
    """A `preexec_fn` that makes a child stop when its parent ends for any reason. None on systems other than Linux."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def request_signal() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            # The parent ended between fork and prctl.
            os._exit(1)

    return request_signal


def _exit_text(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name
