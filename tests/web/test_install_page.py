"""The operators' pages, the Dockerfile, the compose files and `deploy/` fit each other and the program.

`make install-walk` performs the pages' commands. Here, cheaply: it knows all of them.
"""

import os
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask

from storefront.config import DEFAULTS
from tests.architecture.source import ROOT
from tests.install_walk.pages import (
    INSTALL,
    NOT_WALKED,
    SYSTEMD,
    UPGRADE,
    WALKED,
    blocks,
    code_blocks,
    read_dockerfile,
)

COMPOSE = ("compose.yaml", "compose.scale.yaml")
# Read by the AWS client, not by the shop's configuration.
OF_THE_CLIENT = re.compile(r"AWS_[A-Z_]+")
OF_THE_DATABASE = {"POSTGRES_PASSWORD"}


def services() -> list[tuple[str, str, dict[str, Any]]]:
    """(compose file, name, service) of each service that runs the shop."""
    found = []
    for file in COMPOSE:
        for name, service in yaml.safe_load((ROOT / file).read_text())["services"].items():
            if service.get("build") == ".":
                found.append((file, name, service))
    assert {name for _file, name, _service in found} == {"shop", "web", "worker"}
    return found


@pytest.mark.parametrize("page", WALKED, ids=lambda page: page.name)
def test_the_walk_knows_every_command_block_of_the_page(page: Path) -> None:
    there = {heading: len(found) for heading, found in code_blocks(page.read_text()).items()}
    assert {heading: number for heading, number in there.items() if heading not in NOT_WALKED} == {
        heading: len(names) for heading, names in WALKED[page].items()
    }


def test_every_command_of_the_pages_names_files_and_commands_that_exist(app: Flask) -> None:
    lines = [
        line
        for page, headings in WALKED.items()
        for heading in headings
        for one in blocks(page, heading).values()
        for line in one
    ]
    asked = {shlex.split(line)[1] for line in lines if line.startswith("storefront ")}
    assert asked >= {"doctor", "backup", "restore", "reconcile"}
    assert asked <= set(app.cli.commands)
    installed = dict(re.findall(r"^install -m \d+ (deploy/\S+) (\S+)$", "\n".join(lines), re.MULTILINE))
    assert {Path(file).name for file in installed} == {
        "storefront",
        "storefront.env",
        "storefront.service",
        "Caddyfile",
    }
    assert all((ROOT / file).is_file() for file in installed)
    script = (ROOT / "deploy" / "storefront").read_text()
    unit = (ROOT / "deploy" / "storefront.service").read_text()
    for shared in ("/opt/storefront/.venv/bin/", "EnvironmentFile=/etc/storefront.env", "UMask=0077"):
        assert shared in script and shared in unit
    assert "INSTANCE_DIR=/var/lib/storefront\n" in unit and "INSTANCE_DIR=/var/lib/storefront " in script
    assert installed["deploy/storefront.env"] == "/etc/storefront.env"
    assert installed["deploy/storefront"] == "/usr/local/sbin/storefront"
    assert os.access(ROOT / "deploy" / "storefront", os.X_OK)


def test_folders_of_the_pages_are_those_that_the_service_can_write() -> None:
    (state,) = re.findall(r"^StateDirectory=(.*)$", (ROOT / "deploy" / "storefront.service").read_text(), re.MULTILINE)
    writable = {f"/var/lib/{name}" for name in state.split()}
    named = set()
    for file in (INSTALL, UPGRADE, ROOT / "deploy" / "storefront.env"):
        named |= set(re.findall(r"/var/[\w-]+/storefront[\w-]*", file.read_text()))
    assert named == writable
    assert blocks(INSTALL, SYSTEMD)["install"][2].startswith("useradd --system --home-dir /var/lib/storefront ")


def test_the_dockerfile_copies_what_is_there_and_starts_the_shop_without_rights() -> None:
    image = read_dockerfile((ROOT / "Dockerfile").read_text())
    copied = [source for verb, rest in image.steps if verb == "COPY" for source in rest.split()[:-1]]
    assert all((ROOT / source).exists() for source in copied)
    assert {"storefront", "templates", "static", "wsgi.py", "requirements.txt"} == set(copied)
    assert image.environment["INSTANCE_DIR"] == image.volume == "/data"
    shop_variables = {name for name in image.environment if not name.startswith("PYTHON")}
    assert shop_variables <= set(DEFAULTS)
    assert image.user.isdecimal() and image.user != "0"
    (run,) = [rest for verb, rest in image.steps if verb == "RUN"]
    assert f"--uid {image.user}" in run and "--require-hashes" in run and image.volume in run
    assert image.command == ["python", "-m", "storefront"]
    assert "/readyz" in image.healthcheck[-1] and image.healthcheck[:2] == ["python", "-c"]
    compile(image.healthcheck[-1], "HEALTHCHECK", "exec")


def test_compose_files_run_the_image_with_its_folders_and_parts_that_the_program_has() -> None:
    image = read_dockerfile((ROOT / "Dockerfile").read_text())
    for file, name, service in services():
        part = {"shop": [], "web": ["web"], "worker": ["worker"]}[name]
        assert service.get("command", image.command) == [*image.command, *part], f"{file}: {name}"
        assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
        assert service["environment"]["INSTANCE_DIR"] == image.volume
        mounted = [entry.rpartition(":")[2] for entry in service.get("volumes", [])]
        in_memory = {entry.partition(":")[0]: entry.partition(":")[2] for entry in service["tmpfs"]}
        assert "/tmp" in in_memory
        # Written data is in a volume, or in memory where PostgreSQL and the object store have everything.
        assert image.volume in mounted or f"uid={image.user}" in in_memory[image.volume], f"{file}: {name}"
        # Longer than the shop needs for running requests and jobs: GRACE_SECONDS in storefront/server.py.
        assert service["stop_grace_period"] == "40s"


def test_compose_files_name_each_other_rightly() -> None:
    for file in COMPOSE:
        described = yaml.safe_load((ROOT / file).read_text())
        names = set(described["services"])
        for service in described["services"].values():
            assert set(service.get("depends_on", {})) <= names
            for volume in service.get("volumes", []):
                assert volume.partition(":")[0] in described["volumes"]
    scale = yaml.safe_load((ROOT / "compose.scale.yaml").read_text())["services"]
    web = scale["web"]["environment"]
    assert f"@{'database'}/" in web["DATABASE_URL"] and web["REDIS_URL"].startswith("redis://queue:")
    assert f"web:{web['PORT']}" in scale["proxy"]["command"]


def test_the_page_names_the_variables_that_containers_need() -> None:
    (block,) = code_blocks(INSTALL.read_text())["Containers"]
    named = set(re.findall(r"^([A-Z_]+)=", block, re.MULTILINE))
    unknown = {name for name in named - set(DEFAULTS) - OF_THE_DATABASE if not OF_THE_CLIENT.fullmatch(name)}
    assert unknown == set()
    text = (ROOT / "compose.scale.yaml").read_text()
    assert set(re.findall(r"\$\{(\w+):\?\}", text)) <= named
    assert {"SECRET_KEY", "ENCRYPTION_KEYS", "UPLOADS_URL"} <= named
