"""`make soak MINUTES=20`: a shop on SQLite and one on PostgreSQL, at the same time. Exit code 1 if one lost a thing."""

import argparse
import os
import subprocess
import sys

from tests.processes import ROOT

DATABASES = ("sqlite", "postgresql")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=20, help="how long the load lasts; settling takes some more")
    parser.add_argument("--seed", type=int, help="choose the same actions again, as far as time allows")
    parser.add_argument("--only", choices=DATABASES, action="append", help="only on this database")
    options = parser.parse_args()
    arguments = [
        "--minutes",
        str(options.minutes),
        *(["--seed", str(options.seed)] if options.seed is not None else []),
    ]
    command = [sys.executable, "-m", "soak.run", *arguments]
    running = [
        subprocess.Popen(command, cwd=ROOT, env={**os.environ, "TEST_DATABASE": name})
        for name in options.only or DATABASES
    ]
    codes = [process.wait() for process in running]
    return 1 if any(codes) else 0


if __name__ == "__main__":
    raise SystemExit(main())
