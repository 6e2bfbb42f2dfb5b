"""`make check` says why a step failed."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.simulator_process import free_port

ROOT = Path(__file__).parents[2]


def test_a_failed_npm_is_quoted(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    for name in ("tools/javascript-types", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    nowhere = f"http://127.0.0.1:{free_port()}"
    npm = {"npm_config_registry": nowhere, "npm_config_fetch_retries": "0", "npm_config_cache": str(tmp_path / "cache")}
    ran = subprocess.run(
        [tmp_path / "tools" / "javascript-types"],
        env={**os.environ, **npm},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 1 and "ECONNREFUSED" in ran.stdout, ran.stdout + ran.stderr
