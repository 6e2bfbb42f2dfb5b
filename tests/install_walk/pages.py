"""The commands of the operators' pages, and the steps of the Dockerfile, as the walk performs them."""

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
INSTALL, UPGRADE, OPERATIONS = (ROOT / "docs" / f"{name}.md" for name in ("install", "upgrade", "operations"))
REPOSITORY = "THE-ADDRESS-OF-THIS-REPOSITORY"
# Code blocks by page and heading, all of which the walk performs. A test compares them with the pages.
SYSTEMD = "A Debian server with systemd and Caddy"
MOVED = "The same shop on another server"
BY_HAND = "By hand"
UPGRADED = "Upgrade"
WALKED = {
    INSTALL: {
        SYSTEMD: ("install", "service", "proxy", "reload", "command"),
        MOVED: ("backup", "restore"),
        BY_HAND: ("start",),
    },
    UPGRADE: {UPGRADED: ("backup", "program", "check"), "Go back": ("restore",)},
}
# Needs a container engine. Its commands are held by a test only.
NOT_WALKED = {"Containers"}


def blocks(page: Path, heading: str) -> dict[str, list[str]]:
    """The commands of the code blocks below a heading, by the block's name in WALKED.

    Lines that a backslash joins are one command. Raises SystemExit if the page has other blocks than the walk knows.
    """
    found = code_blocks(page.read_text()).get(heading, [])
    names = WALKED[page][heading]
    if len(found) != len(names):
        raise SystemExit(f"{page.name}, {heading}: {len(found)} code blocks, of which the walk knows {len(names)}")
    return {name: _commands(text) for name, text in zip(names, found, strict=True)}


def code_blocks(text: str) -> dict[str, list[str]]:
    """{heading: the texts of the code blocks below it}, without headings that have none."""
    sections = re.split(r"^##+ (.*)$", text, flags=re.MULTILINE)
    found = {
        heading: re.findall(r"^ *```\w*\n(.*?)^ *```", body, re.MULTILINE | re.DOTALL)
        for heading, body in zip(sections[1::2], sections[2::2], strict=True)
    }
    return {heading: texts for heading, texts in found.items() if texts}


def _commands(text: str) -> list[str]:
    joined = re.sub(r"\\\n\s*", "", text)
    return [line.strip() for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]


@dataclass
class Image:
    """What a Dockerfile says. `steps` are its COPY and RUN lines in order, without the verb."""

    base: str = ""
    folder: str = "/"
    user: str = ""
    volume: str = ""
    stop_signal: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    steps: list[tuple[str, str]] = field(default_factory=list)
    healthcheck: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)


def read_dockerfile(text: str) -> Image:
    """Raises ValueError for an instruction that the walk doesn't know, or one whose order would matter."""
    image = Image()
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for line in re.sub(r"\\\n\s*", " ", "\n".join(lines)).splitlines():
        verb, _, rest = line.strip().partition(" ")
        if verb:
            _read(image, verb, rest)
    return image


def _read(image: Image, verb: str, rest: str) -> None:
    match verb:
        case "FROM":
            image.base = rest
        case "ENV":
            image.environment |= dict(pair.split("=", 1) for pair in shlex.split(rest))
        case "WORKDIR" if not image.steps:
            image.folder = rest
        case "COPY" | "RUN" if not image.user:
            image.steps.append((verb, rest))
        case "HEALTHCHECK":
            image.healthcheck = json.loads(rest.partition(" CMD ")[2])
        case "CMD":
            image.command = json.loads(rest)
        case "USER" | "VOLUME" | "STOPSIGNAL":
            setattr(image, {"USER": "user", "VOLUME": "volume", "STOPSIGNAL": "stop_signal"}[verb], rest)
        case _ if verb != "EXPOSE":
            raise ValueError(f"the walk doesn't know how to do {verb} {rest}")
