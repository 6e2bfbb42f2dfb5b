"""The way with containers, without a container engine: the Dockerfile's steps, and the start as compose.yaml has it."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from tests.install_walk.books import books_of, require_nothing_lost
from tests.install_walk.debian import HERE, HOST, Debian, bare_debian, child_of, finished
from tests.install_walk.pages import ROOT, Image, read_dockerfile
from tests.install_walk.report import megabytes, say
from tests.install_walk.shop import SETTINGS, WalkedShop, running_simulator

# What the base image has in /usr/local: here it is Debian's Python.
PYTHON = "/usr/local/python"
PASSPHRASE = "seven green bicycles"


def walk(folder: Path) -> None:
    """Build, start, sell, back up, check the backup, stop, start again. `folder` is for the root directory."""
    image = read_dockerfile((ROOT / "Dockerfile").read_text())
    service = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["shop"]
    with bare_debian(folder, "container") as debian, running_simulator():
        say(f"== Dockerfile, with Debian's Python instead of {image.base}")
        _build(debian, image)
        say(f"built: {megabytes(debian.root)} MB")
        container = Container(debian, image, service)
        shop = WalkedShop("http://127.0.0.1:8000")
        log = folder / "container.log"
        with container.running(log):
            shop.wait()
            shop.make_first_admin(log.read_text())
            shop.open_for_business()
            order = shop.sell()
            say(f"signed in, and sold an order, as user {image.user} on a read-only root")
            container.run(image.healthcheck)
            container.run(["flask", "--app", "wsgi", "backup", f"{image.volume}/shop.backup"])
            say(container.run(["flask", "--app", "wsgi", "verify-backup", f"{image.volume}/shop.backup"]))
            say(container.run(["flask", "--app", "wsgi", "doctor"], ok=(0, 1)))
            books = books_of(debian.path(image.volume))
            # What is not the volume, /tmp or shared memory can't be written.
            container.run(["sh", "-c", f"! touch {image.folder}/x /etc/x /x"])
        with container.running(log):
            shop.wait()
            require_nothing_lost(books, books_of(debian.path(image.volume)))
            shop.require_paid(order)
            shop.sell()
        say("stopped, started again on the same volume, and sold")


def _build(debian: Debian, image: Image) -> None:
    # What the base image has already.
    debian.run_bare("apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv")
    debian.run_bare(f"python3 -m venv {PYTHON}")
    debian.path(image.folder).mkdir(parents=True)
    for verb, rest in image.steps:
        if verb == "COPY":
            _copy(debian.path(image.folder), rest.split())
        else:
            values = {**image.environment, "PATH": f"{PYTHON}/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
            debian.run_bare(rest, image.folder, **values)


def _copy(folder: Path, words: list[str]) -> None:
    *sources, target = words
    for source in sources:
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, folder / target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, folder / target)


class Container:
    """The image in a root directory, started with the limits of a service of compose.yaml."""

    def __init__(self, debian: Debian, image: Image, service: dict[str, Any]) -> None:
        assert service["read_only"] and service["cap_drop"] == ["ALL"]
        self.image = image
        (temporary,) = service["tmpfs"]
        folder, _, options = temporary.partition(":")
        assert folder == "/tmp"
        settings = {name: _default(value) for name, value in service["environment"].items()}
        settings |= {"PUBLIC_URL": f"https://{HOST}", "TRUSTED_PROXIES": "1", "BACKUP_PASSPHRASE": PASSPHRASE}
        values = {**image.environment, **settings, **SETTINGS, "PATH": f"{PYTHON}/bin:/usr/bin:/bin"}
        script = [str(HERE / "container.sh"), str(debian.root), image.volume, image.user, image.folder]
        self._command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--", "sh", *script]
        self._command += [options.removeprefix("size="), *(f"{name}={value}" for name, value in values.items())]

    def run(self, command: list[str], ok: tuple[int, ...] = (0,)) -> str:
        """Run a command with the same folders, user and settings, as `docker compose exec` does; its output."""
        say(f"$ {' '.join(command)[:120]}")
        return finished([*self._command, *command], ok)

    @contextmanager
    def running(self, log: Path) -> Iterator[None]:
        """The image's command runs. It is stopped by the image's signal at the end, and has to end by itself."""
        with log.open("w") as file:
            process = subprocess.Popen([*self._command, *self.image.command], stdout=file, stderr=file)
            try:
                yield
                os.kill(child_of(process.pid), signal.Signals[self.image.stop_signal])
                code = process.wait(40)
                assert code == 0, f"ended with {code}: {log.read_text()[-3000:]}"
            finally:
                process.kill()
                process.wait()


def _default(value: str) -> str:
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)
