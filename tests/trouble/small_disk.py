"""A folder on a disk that a test can fill and make read-only: a small tmpfs.

Where mounting is not allowed, the processes of the shop may not write instead: by a limit of file sizes, and by the
modes of the files.
"""

import ctypes
import os
import resource
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.processes import processes_with, until

SIZE_MB = 24
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1  # prctl(2), capabilities(7)
CHUNK = 65536


class SmallDisk:
    """`folder` is on the disk."""

    def __init__(self, folder: Path, is_mounted: bool) -> None:
        self.folder = folder
        self.is_mounted = is_mounted
        self._is_full = self._is_read_only = False

    @contextmanager
    def full(self, database: Path) -> Iterator[None]:
        """No byte can be written inside the block, neither to `database` nor anywhere else on the disk.

        `database` is a SQLite file of a running shop, whose folder is its INSTANCE_DIR.
        """
        # Its write-ahead log may have room that is not used yet.
        until(lambda: _truncate_log(database), "the write-ahead log to be written into the database")
        fill = self._filled if self.is_mounted else self._forbidden
        self._is_full = True
        try:
            with fill(database.parent):
                yield
        finally:
            self._is_full = False

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Nothing can be changed on the disk inside the block by processes that start there."""
        self._is_read_only = True
        try:
            if self.is_mounted:
                # Another mount of the same disk: files that are open stay as they are.
                with mounted(self.folder, "--bind", str(self.folder)):
                    subprocess.run(["mount", "-o", "remount,bind,ro", str(self.folder)], check=True, timeout=60)
                    yield
            else:
                with _modes(self.folder, 0o500, 0o400):
                    yield
        finally:
            self._is_read_only = False

    def limit_child(self) -> None:
        """The `preexec_fn` of a command: where the disk is not mounted, the process itself may not write."""
        if self.is_mounted:
            return
        if self._is_full:
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        if self._is_read_only and os.getuid() == 0:
            # Root may write to everything as long as it has this capability.
            ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)

    @contextmanager
    def _filled(self, _folder: Path) -> Iterator[None]:
        filler = self.folder / "filler"
        try:
            with filler.open("wb", buffering=0) as file:
                for size in (CHUNK, 1):
                    _write_until_full(file.fileno(), size)
            yield
        finally:
            filler.unlink(missing_ok=True)

    @contextmanager
    def _forbidden(self, folder: Path) -> Iterator[None]:
        """The shop's processes can write to no file."""
        processes = processes_with("INSTANCE_DIR", str(folder))
        limits = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in processes}
        for pid, (_soft, hard) in limits.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
        try:
            yield
        finally:
            for pid, limit in limits.items():
                resource.prlimit(pid, resource.RLIMIT_FSIZE, limit)


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    """A disk that is mounted at the new folder, where the machine allows that."""
    folder.mkdir()
    with mounted(folder, "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs") as is_mounted:
        yield SmallDisk(folder, is_mounted)


@contextmanager
def mounted(folder: Path, *arguments: str) -> Iterator[bool]:
    """Mount something at the folder inside the block. False, and no change, where the machine does not allow it."""
    done = subprocess.run(["mount", *arguments, str(folder)], capture_output=True, text=True, timeout=60)
    try:
        yield done.returncode == 0
    finally:
        if done.returncode == 0:
            subprocess.run(["umount", "--lazy", str(folder)], check=True, timeout=60)


def _write_until_full(descriptor: int, size: int) -> None:
    chunk = b"\0" * size
    try:
        while True:
            os.write(descriptor, chunk)
    except OSError:
        return


@contextmanager
def _modes(folder: Path, of_folders: int, of_files: int) -> Iterator[None]:
    modes = {path: path.stat().st_mode for path in (folder, *folder.rglob("*"))}
    for path in modes:
        path.chmod(of_folders if path.is_dir() else of_files)
    try:
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


def _truncate_log(database: Path) -> bool:
    with closing(sqlite3.connect(database, timeout=5)) as connection:
        is_busy, _pages, _written = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not is_busy
