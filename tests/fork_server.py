"""Starts Python programs from a process that has imported the shop already: most of a start is spent on that.

`python -m tests.fork_server PARENT` reads a line of JSON for each program and writes its process ID. The programs
become children of the process PARENT, in sessions of their own, and stop when it ends.

What a program is started with can't be seen in /proc: tests that look for it there, and those about starting, start a
new Python.
"""

import atexit
import ctypes
import json
import os
import runpy
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from storefront.operations.supervisor import stop_with_parent

ROOT = Path(__file__).resolve().parent.parent
PR_SET_CHILD_SUBREAPER = 36


class ForkedProgram(subprocess.Popen[bytes]):
    """A program that the fork server has started: `module` with arguments, in exactly this environment."""

    def __init__(
        self, module: Sequence[str], environment: Mapping[str, str], stdin: Path, stdout: Path, stderr: Path
    ) -> None:
        # Popen's own constructor would start it. These are what its other methods use.
        self.args = ["python", "-m", *module]
        self.returncode: int | None = None
        self.stdin = self.stdout = self.stderr = None
        self._waitpid_lock = threading.Lock()
        self._sigint_wait_secs = 0.25
        self._communication_started = False
        files = [str(file) for file in (stdin, stdout, stderr)]
        self.pid = _server().start({"module": list(module), "environment": dict(environment), "files": files})
        self._child_created = True
        _programs.append((self, dict(environment)))


_programs: list[tuple[ForkedProgram, dict[str, str]]] = []


def running_programs(name: str, value: str) -> list[int]:
    """IDs of the running programs that were started with `name=value` in their environment. /proc doesn't show it."""
    return [one.pid for one, environment in _programs if environment.get(name) == value and one.poll() is None]


class _Server:
    def __init__(self) -> None:
        # Programs whose parent has ended become children of this process, not of the system's first one.
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        command = [sys.executable, "-m", __name__, str(os.getpid())]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._lock = threading.Lock()
        atexit.register(self._end)

    def start(self, wanted: dict[str, Any]) -> int:
        assert self._process.stdin is not None and self._process.stdout is not None
        with self._lock:
            self._process.stdin.write(json.dumps(wanted).encode() + b"\n")
            self._process.stdin.flush()
            return int(self._process.stdout.readline())

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()


@cache
def _server() -> _Server:
    return _Server()


def _serve(parent: int) -> list[str]:
    """Start programs. Returns, in the process of each one, its arguments; the server itself ends with its parent."""
    while line := sys.stdin.buffer.readline():
        read, write = os.pipe()
        # The program waits for the end of this pipe: then it has its new parent.
        adopted, adopt = os.pipe()
        between = os.fork()
        if between == 0:
            program = os.fork()
            if program == 0:
                os.close(adopt)
                os.read(adopted, 1)
                os.close(adopted)
                return _become(json.loads(line), parent)
            os.write(write, b"%d\n" % program)
            # The program becomes a child of `parent`.
            os._exit(0)
        os.waitpid(between, 0)
        os.close(adopt)
        os.close(adopted)
        os.write(sys.stdout.fileno(), os.read(read, 20))
        os.close(read)
        os.close(write)
    os._exit(0)


def _become(program: dict[str, Any], parent: int) -> list[str]:
    """Take on the program's parent, session, files and environment. Return its arguments."""
    if request_signal := stop_with_parent(parent):
        request_signal()
    os.setsid()
    stdin, stdout, stderr = program["files"]
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    os.dup2(os.open(stdin, os.O_RDONLY), 0)
    os.dup2(os.open(stdout, flags, 0o644), 1)
    os.dup2(1 if stderr == stdout else os.open(stderr, flags, 0o644), 2)
    sys.stdin = os.fdopen(0, closefd=False)
    os.environ.clear()
    os.environ.update(program["environment"])
    return list(program["module"])


if __name__ == "__main__":
    import flask.cli  # noqa: F401

    import storefront.server  # noqa: F401

    sys.argv = _serve(int(sys.argv[1]))
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
