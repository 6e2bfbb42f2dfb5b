"""`make install-walk`: follows docs/install.md and docs/upgrade.md word for word. WAY is `debian` or `container`.

Needs root on Debian, debootstrap, unshare, nsenter and ip, a package mirror and PyPI, and some 3 GB in TMPDIR. What is
walked is what is committed. docs/install.md says what this performs, and what not.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.install_walk import container, systemd
from tests.install_walk.debian import HOST, OUTSIDE
from tests.install_walk.report import say

WAYS = {"debian": systemd.walk, "container": container.walk}


def main() -> int:
    """Return the exit code."""
    if OUTSIDE not in os.environ:
        if os.geteuid() != 0:
            print("Needs root.", file=sys.stderr)
            return 1
        # Everything else runs in a network of its own. Downloads go back to that of this process.
        command = ["unshare", "--net", "--mount", "--", sys.executable, "-m", "tests.install_walk", *sys.argv[1:]]
        return subprocess.run(command, env={**os.environ, OUTSIDE: str(os.getpid())}).returncode
    chosen = sys.argv[1:] or list(WAYS)
    with tempfile.TemporaryDirectory(prefix="walk-") as folder:
        _name_the_shop(Path(folder))
        for way in chosen:
            WAYS[way](Path(folder))
    say(f"done: {', '.join(chosen)}")
    return 0


def _name_the_shop(folder: Path) -> None:
    """In the walk's own network and file system, the shop's name is this machine."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    hosts = folder / "hosts"
    hosts.write_text(f"127.0.0.1 localhost {HOST}\n")
    subprocess.run(["mount", "--bind", str(hosts), "/etc/hosts"], check=True)


if __name__ == "__main__":
    sys.exit(main())
