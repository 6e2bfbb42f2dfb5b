"""What the walk says while it goes, with the time since its start."""

import subprocess
import time
from pathlib import Path

BEGAN = time.monotonic()


def say(text: str) -> None:
    """Print a line with the minutes and seconds since the start."""
    seconds = int(time.monotonic() - BEGAN)
    print(f"{seconds // 60:3}:{seconds % 60:02} {text}", flush=True)


def megabytes(folder: Path) -> int:
    """What a folder uses on the disk, in MB."""
    measured = subprocess.run(["du", "-sxm", str(folder)], capture_output=True, text=True)
    return int(measured.stdout.split()[0])
