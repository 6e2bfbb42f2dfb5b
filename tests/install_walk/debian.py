"""A bare Debian in a folder, which systemd boots or which runs one command, in namespaces of their own.

Everything that is started in there ends with the walk. Its network has only loopback, so the ports 80 and 443 are
free. Commands that download use this machine's network.
"""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.install_walk.report import say
from tests.processes import until

HOST = "shop.example.com"
PATHS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# What a Debian server has beyond debootstrap's smallest variant.
OF_A_SERVER = "ca-certificates,dbus,systemd,systemd-sysv"
DOWNLOADS = re.compile(r"\bapt-get (update|install)\b|/pip install\b|\bpip install\b")
REGISTRY = re.compile(r"(?i)(pip_[a-z_]+|(http|https|no)_proxy|ssl_cert_file|requests_ca_bundle)")
# The process of the walk that is still in the machine's network.
OUTSIDE = "WALK_OUTSIDE"
HERE = Path(__file__).parent


@dataclass
class Debian:
    """The root directory of a Debian. `init` is the process of its systemd, seen from here."""

    root: Path
    init: int = 0
    namespaces: tuple[str, ...] = field(default=("-m", "-p", "-u", "-i", "-C", "-r", "-w"))

    def path(self, inside: str) -> Path:
        """Where a path inside is on this machine."""
        return self.root / inside.lstrip("/")

    def run(self, line: str, folder: str = "/", ok: tuple[int, ...] = (0,)) -> str:
        """Run a line of a page as root, in a shell of the booted Debian; its output. Ends the walk if it fails."""
        say(f"$ {line}")
        entered = ["nsenter", "-t", str(self.init), *self.namespaces, *_network(line), "--"]
        script = f"cd {folder}; {line}"
        return finished([*entered, *_clean_environment(line), "sh", "-euc", script], ok)

    def run_bare(self, line: str, folder: str = "/", **environment: str) -> str:
        """Run a command as root without systemd, as the build of a container does."""
        say(f"$ {line}")
        script = [*_clean_environment(line, **environment), "sh", "-euc", f"cd {folder}; {line}"]
        inside = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--", "sh", HERE / "build.sh", self.root]
        return finished([*_outside(line), *map(str, inside), *script], (0,))

    @contextmanager
    def booted(self) -> Iterator[None]:
        """systemd runs. Kills everything inside at the end."""
        group = Path(f"/sys/fs/cgroup/unified/walk-{os.getpid()}")
        group = group if group.parent.is_dir() else Path("/sys/fs/cgroup") / group.name
        group.mkdir(exist_ok=True)
        command = ["unshare", "--cgroup", "--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child", "--"]
        script = f"echo $$ >{group}/cgroup.procs; exec {' '.join(command)} bash {HERE / 'boot.sh'} {self.root}"
        process = subprocess.Popen(["bash", "-euc", script])
        try:
            self.init = child_of(process.pid)
            self._wait_for_systemd()
            yield
        finally:
            with suppress(ProcessLookupError):
                os.kill(self.init or process.pid, signal.SIGKILL)
            process.wait()
            _remove_groups(group)

    def _wait_for_systemd(self) -> None:
        entered = ["nsenter", "-t", str(self.init), *self.namespaces, "--", "env", "-i", f"PATH={PATHS}"]
        asked = [*entered, "systemctl", "is-system-running"]
        started = ("running", "degraded")
        until(
            lambda: subprocess.run(asked, capture_output=True, text=True).stdout.strip() in started, "systemd to start"
        )


@contextmanager
def bare_debian(folder: Path, name: str) -> Iterator[Debian]:
    """A minimal Debian with the registry settings of this machine. DEBIAN_ROOT is one to copy instead of making it."""
    root = folder / name
    given = os.environ.get("DEBIAN_ROOT")
    if given:
        finished(["cp", "-a", given, str(root)], (0,))
    else:
        release = re.search(r"^VERSION_CODENAME=(\w+)", Path("/etc/os-release").read_text(), re.MULTILINE)
        made = ["debootstrap", "--variant=minbase", f"--include={OF_A_SERVER}", release[1] if release else "stable"]
        finished([*_outside("apt-get update"), *made, str(root), _mirror()], (0,))
    _use_registries(root)
    with (root / "etc/hosts").open("w") as hosts:
        # Instead of a record at a name server.
        hosts.write(f"127.0.0.1 localhost {HOST}\n")
    # Systemd writes a new one, as on a new server.
    (root / "etc/machine-id").write_text("")
    try:
        yield Debian(root)
    finally:
        finished(["rm", "-rf", "--one-file-system", str(root)], (0,))


def finished(command: list[str], ok: tuple[int, ...]) -> str:
    """Run a program; its output. Ends the walk unless its exit code is one of `ok`. Questions are answered with y."""
    done = subprocess.run(command, capture_output=True, text=True, input="y\n")
    if done.returncode not in ok:
        raise SystemExit(f"failed with {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done.stdout + done.stderr


def _use_registries(root: Path) -> None:
    """How this machine reaches its package registries."""
    for file in ("etc/resolv.conf", "etc/ssl/certs/ca-certificates.crt"):
        shutil.copy(f"/{file}", root / file)
    for settings in (Path("/etc/pip.conf"), Path("/etc/xdg/pip"), Path("/usr/local/share/ca-certificates")):
        target = root / settings.relative_to("/")
        if settings.is_dir():
            shutil.copytree(settings, target, dirs_exist_ok=True)
        elif settings.exists():
            shutil.copy(settings, target)


def _mirror() -> str:
    files = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    text = "".join(file.read_text() for file in files if file.is_file())
    found = re.search(r"^(?:URIs:|deb(?: \[[^]]*\])?) *(\w+:\S*debian\S*)", text, re.MULTILINE)
    return found[1] if found else "http://deb.debian.org/debian"


def _network(line: str) -> list[str]:
    outside = os.environ[OUTSIDE]
    return [f"--net=/proc/{outside if DOWNLOADS.search(line) else os.getpid()}/ns/net"]


def _outside(line: str) -> list[str]:
    return ["nsenter", *_network(line), "--"]


def _clean_environment(line: str, **environment: str) -> list[str]:
    values = {"PATH": PATHS, "HOME": "/root", "LANG": "C.UTF-8", **environment}
    if DOWNLOADS.search(line):
        values |= {name: value for name, value in os.environ.items() if REGISTRY.fullmatch(name)}
        values["DEBIAN_FRONTEND"] = "noninteractive"
    return ["env", "-i", *(f"{name}={value}" for name, value in values.items())]


def child_of(pid: int) -> int:
    """The process that `unshare --fork` has started."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    until(children.read_text, "the namespaces of systemd to be made")
    return int(children.read_text().split()[0])


def _remove_groups(group: Path) -> None:
    for folder in sorted((path for path in group.rglob("*") if path.is_dir()), reverse=True):
        with suppress(OSError):
            folder.rmdir()
    with suppress(OSError):
        group.rmdir()
