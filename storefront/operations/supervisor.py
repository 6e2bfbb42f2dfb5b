"""Processes that stop together: what `python -m storefront` and the demo are made of."""

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
TICK = 0.1


class StopRequested(Exception):
    """Somebody asked the whole tree to stop: Ctrl-C, a service manager, a closed terminal."""


class ChildEnded(Exception):
    """A child that should run for ever ended by itself."""

    def __init__(self, name: str, code: int) -> None:
        super().__init__(f"{name} ended by itself ({_how(code)})")
        self.name = name
        self.code = code


class ProcessTree:
    """Use as a context: leaving it stops every child, the last one started first.

    Children live in sessions of their own, so that Ctrl-C reaches this process alone and it decides;
    they get SIGTERM when this process is killed (Linux).
    """

    def __init__(self, patience: float) -> None:
        """`patience`: seconds a child may take to stop before it is killed."""
        self._patience = patience
        self._children: list[tuple[str, subprocess.Popen[bytes]]] = []
        self._signals = 0

    def __enter__(self) -> "ProcessTree":
        for number in STOP_SIGNALS:
            signal.signal(number, self._note)
        return self

    def start(
        self, name: str, command: Sequence[str], env: Mapping[str, str] | None = None, log: Path | None = None
    ) -> None:
        """Start a child; what it prints goes to `log` (begun anew), or where this process prints."""
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
        """Wait for a condition while everything runs; False when time is up. Raises StopAsked, ChildEnded."""
        deadline = time.monotonic() + seconds
        while not condition():
            self._check()
            if time.monotonic() > deadline:
                return False
            time.sleep(TICK)
        return True

    def watch(self) -> NoReturn:
        """Return never: raises StopAsked or ChildEnded."""
        while True:
            self._check()
            time.sleep(TICK)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        asked = self._signals
        for _, child in reversed(self._children):
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + self._patience
        while self._alive() and time.monotonic() < deadline:
            if self._signals > asked + 1:
                # Asked again and again (once more may be the same wish told twice: make passes signals on).
                break
            time.sleep(TICK / 2)
        for child in self._alive():
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1

    def _check(self) -> None:
        if self._signals:
            raise StopRequested
        for name, child in self._children:
            if child.poll() is not None:
                raise ChildEnded(name, child.returncode)

    def _alive(self) -> list[subprocess.Popen[bytes]]:
        return [child for _, child in self._children if child.poll() is None]


def stop_with_parent(parent: int) -> Callable[[], None] | None:
    """What a child runs before its program so that it ends with its parent, however that one ends.

    None where the system has no such thing (only Linux has).
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def bind() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            # It was killed between fork and prctl.
            os._exit(1)

    return bind


def _how(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name
