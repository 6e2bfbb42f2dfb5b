"""Performance as ratios, with their goals: `python -m benchmarks`. `make bench` calls it."""

import argparse
import os
import sys
import time
from pathlib import Path

from benchmarks import report
from benchmarks.bench import MANY_OFFERS, Bench, has_postgresql
from benchmarks.goals import Result, measure
from benchmarks.lines import all_lines
from benchmarks.shops import Size


def main() -> int:
    """Measure the lines and print the table. Return 1 where a goal was missed."""
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="lines whose name begins so")
    parser.add_argument("--list", action="store_true", help="print the names of the lines")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results as JSON")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the table in Markdown")
    orders = int(os.environ.get("ORDERS") or 1_000_000)
    parser.add_argument("--orders", type=int, default=orders, help="of the large shop (ORDERS, or 1,000,000)")
    parser.add_argument("--offers", type=int, default=MANY_OFFERS.offers, help="of the shop with many (5,000)")
    parser.add_argument("--quick", action="store_true", help="one short round a line: only to see that it runs")
    chosen = parser.parse_args()
    many = Size(MANY_OFFERS.orders, max(1, chosen.offers // 10), chosen.offers)
    # As in an installation: a start that compiles every module again takes twice as long.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with Bench(chosen.orders, many, chosen.quick) as bench:
        lines = [line for line in all_lines(bench) if not chosen.only or line.name.startswith(tuple(chosen.only))]
        if chosen.list:
            print("\n".join(line.name for line in lines))
            return 0
        if not has_postgresql():
            print("without the lines of PostgreSQL, whose server is not installed")
        results: list[Result] = []
        began = time.monotonic()
        for line in lines:
            results.append(measure(line, repeat=not chosen.quick))
            print(report.row(results[-1]), flush=True)
            if results[-1].found.errors:
                bench.stop()
    missed = [result.line.name for result in results if not result.is_accepted]
    if chosen.json:
        report.write_json(results, chosen.json)
    if chosen.markdown:
        chosen.markdown.write_text(report.markdown(results))
    print(f"{len(results)} lines in {time.monotonic() - began:.0f} s; missed: {', '.join(missed) or 'none'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
