"""What is installed is what was pinned, and the container that runs it has no rights that it doesn't need."""

import re

import pytest

from tests.architecture.source import ROOT

PIN = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)==[^ ;\\]+(?P<rest>.*(?:\n    .*)*)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")
FILES = ("requirements.txt", "requirements-dev.txt")


def pins(file: str) -> dict[str, str]:
    """{package: its pin with version, condition and hashes} of a requirements file."""
    return {found["name"]: found[0] for found in PIN.finditer((ROOT / file).read_text())}


@pytest.mark.parametrize("file", FILES)
def test_every_pin_has_a_hash_and_nothing_else_is_installed(file: str) -> None:
    found = pins(file)
    assert len(found) > 30
    assert [name for name, pin in found.items() if not HASH.search(pin)] == []
    rest = PIN.sub("", (ROOT / file).read_text())
    assert [line for line in rest.splitlines() if line.strip() and not line.startswith("#")] == []


@pytest.mark.parametrize("file", FILES)
def test_everything_that_is_asked_for_is_pinned(file: str) -> None:
    asked = re.findall(r"^([a-z0-9][a-z0-9-]*)", (ROOT / file.replace(".txt", ".in")).read_text(), re.MULTILINE)
    assert asked and [name for name in asked if name not in pins(file)] == []


def test_the_tests_run_with_the_packages_of_the_shop() -> None:
    shop, development = (pins(file) for file in FILES)
    assert {name: development.get(name) for name in shop} == shop


def test_the_container_has_no_rights_that_the_shop_does_not_need() -> None:
    service = {line.strip() for line in (ROOT / "compose.yaml").read_text().splitlines()}
    assert {"read_only: true", "cap_drop:", "- ALL", "security_opt:", "- no-new-privileges:true"} <= service
    assert {line.partition(":")[0] for line in service} >= {"tmpfs", "mem_limit", "pids_limit"}
    image = (ROOT / "Dockerfile").read_text()
    users = re.findall(r"^USER (.+)$", image, re.MULTILINE)
    assert users[-1].isdecimal() and int(users[-1]) > 0
    assert "pip install --no-cache-dir --require-hashes" in image
