"""A temporary PostgreSQL server that listens on a Unix socket in its own folder, without a TCP port."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# The server refuses to run as root; Debian's package creates this user.
OWNER = "postgres"


def programs() -> Path | None:
    """The folder with the newest server's programs, or None."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not found and (initdb := shutil.which("initdb")):
        found = [Path(initdb).parent]
    return max(found, key=lambda path: path.parts, default=None)


class PostgresServer:
    """A PostgreSQL server with an empty database; `url` is the database's address."""

    def __init__(self, folder: Path) -> None:
        """Create the server's files in `folder` and start it."""
        self.folder = folder
        self.url = f"postgresql://shop@/shop?host={folder}"
        self._as_owner = _owner_of(folder)
        self._run("initdb", "-D", self._data, "-U", "shop", "--auth=trust", "--encoding=UTF8", "--no-sync")
        self.start()

    def start(self) -> None:
        """Start it and wait until it accepts connections."""
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off -c autovacuum=off -c max_connections=30"
        log = str(self.folder / "server.log")
        self._run("pg_ctl", "-D", self._data, "-w", "-t", "60", "-l", log, "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop it. `fast` ends all sessions and shuts down; `immediate` is a crash."""
        self._run("pg_ctl", "-D", self._data, "-w", "-m", mode, "stop")

    def create_database(self) -> None:
        """Create the empty database of `url`."""
        self._run("createdb", "-h", str(self.folder), "-U", "shop", "shop")

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _run(self, program: str, *arguments: str) -> None:
        programs_folder = programs()
        assert programs_folder is not None, "PostgreSQL's server programs are not installed"
        log = self.folder / "programs.log"
        with log.open("ab") as output:
            done = subprocess.run(
                [programs_folder / program, *arguments],
                stdout=output,
                stderr=output,
                cwd=self.folder,
                timeout=120,
                **self._as_owner,
            )
        assert done.returncode == 0, log.read_text()


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """A server with an empty database; it stops when the context ends."""
    # Not pytest's temporary folder: another user must have access, and a socket path must be short.
    folder = Path(tempfile.mkdtemp(prefix="shop-pg-"))
    try:
        server = PostgresServer(folder)
        try:
            server.create_database()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner_of(folder: Path) -> dict[str, Any]:
    """`subprocess.run` arguments for the user to run as: PostgreSQL's own if the tests run as root."""
    if os.getuid() != 0:
        return {}
    shutil.chown(folder, OWNER, pwd.getpwnam(OWNER).pw_gid)
    return {"user": OWNER, "group": OWNER}
