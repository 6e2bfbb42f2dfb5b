"""What Lighthouse says of the pages, as on a phone: https://github.com/GoogleChrome/lighthouse.

It is installed with npm at the first use, in the folder of the kept shops. Without npm or Chromium there are no lines.
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.goals import Goal, Line, Measurement
from benchmarks.lines.front import OFFER, thank_you
from benchmarks.shops import CACHE

PACKAGE = "lighthouse@12.8.2"
GOALS = {"performance": 0.95, "best-practices": 0.95, "accessibility": 1.0}
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
SECONDS = 180


def lines(bench: Bench) -> Iterator[Line]:
    """The lines of this module."""
    if not shutil.which("npm") or not _chromium():
        return
    audits = _Audits(bench)
    for page in ("offer", "list", "thank-you", "admin"):
        for category, goal in GOALS.items():
            about = f"Lighthouse, {category}: {page}"
            yield Line(
                f"lighthouse-{page}-{category}", about, Goal(at_least=goal), partial(audits.score, page, category)
            )


def _chromium() -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


class _Audits:
    """Audits of pages. One audit answers for all categories; a category that is asked for again gets a new audit."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._scores: dict[str, dict[str, float]] = {}
        self._asked: set[tuple[str, str]] = set()

    def score(self, page: str, category: str) -> Measurement:
        """The score of the page, from 0 to 1."""
        if page not in self._scores or (page, category) in self._asked:
            self._scores[page] = self._audit(page)
            self._asked -= {(page, name) for name in GOALS}
        self._asked.add((page, category))
        scores = self._scores[page]
        return Measurement(scores[category], ", ".join(f"{name} {value:g}" for name, value in scores.items()))

    def _audit(self, page: str) -> dict[str, float]:
        server = self._bench.front
        path = {"offer": OFFER, "list": "/", "thank-you": "", "admin": "/admin"}[page]
        path = path or thank_you(self._bench.front_shop)
        command = [
            str(_installed()),
            f"http://127.0.0.1:{server.port}{path}",
            "--quiet",
            "--output=json",
            f"--only-categories={','.join(GOALS)}",
            f"--chrome-flags={FLAGS}",
        ]
        if page == "admin":
            # The cookie alone: Chromium refuses to load a page's files with other headers of a request.
            cookie = {name: value for name, value in server.owner if name == "Cookie"}
            command.append(f"--extra-headers={json.dumps(cookie)}")
        environment = {**os.environ, "CHROME_PATH": _chromium() or ""}
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report.json"
            command.append(f"--output-path={report}")
            subprocess.run(command, env=environment, check=True, timeout=SECONDS, capture_output=True)
            found = json.loads(report.read_text())
        return {name: float(found["categories"][name]["score"] or 0) for name in GOALS}


def _installed() -> Path:
    """The program, installed if need be."""
    folder = CACHE / PACKAGE
    program = folder / "node_modules/.bin/lighthouse"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        npm = ["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund", PACKAGE]
        subprocess.run(npm, check=True, capture_output=True)
    return program
