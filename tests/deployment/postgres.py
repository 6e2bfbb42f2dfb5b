"""A temporary PostgreSQL server that listens on a Unix socket in its own folder, without a TCP port."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# The server refuses to run as root; Debian's package creates this user.
OWNER = "postgres"


def programs() -> Path | None:
    """The folder with the newest server's programs, or None."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not found and (initdb := shutil.which("initdb")):
        found = [Path(initdb).parent]
    return max(found, key=lambda path: path.parts, default=None)


@contextmanager
def running_server() -> Iterator[str]:
    """Yield the URL of an empty database; the server stops when the context ends."""
    programs_folder = programs()
    assert programs_folder is not None, "PostgreSQL's server programs are not installed"
    # Not pytest's temporary folder: another user must have access, and a socket path must be short.
    folder = Path(tempfile.mkdtemp(prefix="shop-pg-"))
    as_owner = _owner_of(folder)
    data = folder / "data"

    def run(program: str, *arguments: str) -> None:
        with (folder / "programs.log").open("ab") as log:
            done = subprocess.run(
                [programs_folder / program, *arguments], stdout=log, stderr=log, cwd=folder, timeout=120, **as_owner
            )
        assert done.returncode == 0, (folder / "programs.log").read_text()

    try:
        run("initdb", "-D", str(data), "-U", "shop", "--auth=trust", "--encoding=UTF8", "--no-sync")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=30"
        run("pg_ctl", "-D", str(data), "-w", "-t", "60", "-l", str(folder / "server.log"), "-o", options, "start")
        try:
            run("createdb", "-h", str(folder), "-U", "shop", "shop")
            yield f"postgresql://shop@/shop?host={folder}"
        finally:
            run("pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner_of(folder: Path) -> dict[str, str]:
    """`subprocess.run` arguments for the user to run as: PostgreSQL's own if the tests run as root."""
    if os.getuid() != 0:
        return {}
    shutil.chown(folder, OWNER, pwd.getpwnam(OWNER).pw_gid)
    return {"user": OWNER, "group": OWNER}
