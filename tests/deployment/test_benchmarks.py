"""`make bench`: its lines run, and the result says which of their goals are met. No test looks at a time."""

import json
from pathlib import Path

import pytest

from benchmarks.bench import Bench
from benchmarks.goals import Goal, Line, Measurement, measure
from benchmarks.lines import all_lines
from tests.deployment.conftest import Command

# What `make bench` promises, by the beginnings of the lines' names.
PROMISED = (
    *("ready-bytes", "offer-cached", "offer-rendered", "offer-embed", "offer-list", "thank-you", "checkout"),
    *("sql-offer", "sql-thank-you", "sql-lists", "million-orders", "million-emails", "million-subscriptions"),
    *("million-renewals", "million-customers", "million-customer", "million-orders-far", "million-dashboard"),
    *("million-metrics", "million-export-memory", "catalog-offer", "catalog-dashboard", "order-transaction"),
    *("search-order-by-number", "search-orders-by-email", "search-orders-none", "search-orders-most-paid"),
    *("webhooks-stored", "memory", "start"),
)


def test_there_is_a_line_for_each_promise_with_a_name_of_its_own() -> None:
    with Bench() as bench:
        names = [line.name for line in all_lines(bench)]
    assert set(PROMISED) - set(names) - {"million-renewals"} == set()
    assert any(name.startswith("million-renewals") for name in names)
    assert len(set(names)) == len(names)


def test_after_an_error_the_next_line_gets_servers_of_its_own() -> None:
    with Bench() as bench:
        before = bench.hello
        bench.stop()
        assert not any(Path(f"/proc/{pid}").exists() for pid in before.pids)
        assert set(bench.hello.pids).isdisjoint(before.pids)


def test_lines_are_measured_beside_hello_and_written_as_table_and_json(command: Command, tmp_path: Path) -> None:
    chosen = ("ready-bytes", "offer-cached", "sql-offer")
    only = [word for name in chosen for word in ("--only", name)]
    files = ("--json", str(tmp_path / "found.json"), "--markdown", str(tmp_path / "table.md"))
    kept = {"BENCH_DIR": str(tmp_path / "kept")}
    answer = command("benchmarks", "--quick", "--orders", "60", "--offers", "8", *only, *files, env=kept)
    found = {one["name"]: one for one in json.loads((tmp_path / "found.json").read_text())}
    assert set(found) == set(chosen), answer.stderr
    assert all(one["errors"] == 0 and one["value"] >= 0 for one in found.values()), answer.stdout
    assert answer.returncode == (0 if all(one["met"] for one in found.values()) else 1)
    table = (tmp_path / "table.md").read_text()
    assert all(f"`{name}`" in table for name in chosen)
    assert answer.stdout.splitlines()[-1].startswith(f"{len(chosen)} lines in ")


@pytest.mark.parametrize(
    ("goal", "value", "is_met"),
    [
        (Goal(1.5), 1.5, True),
        (Goal(1.5), 1.51, False),
        (Goal(at_least=0.3), 0.3, True),
        (Goal(at_least=0.3), 0.2, False),
    ],
)
def test_a_goal_is_a_limit_that_may_be_reached(goal: Goal, value: float, is_met: bool) -> None:
    result = measure(Line("a-line", "a line", goal, lambda: Measurement(value)))
    assert result.is_met == is_met


def test_a_missed_line_is_measured_once_more_and_an_error_fails_it() -> None:
    values = iter([9.0, 1.0])
    assert measure(Line("a-line", "a line", Goal(2), lambda: Measurement(next(values)))).is_met
    assert not measure(Line("a-line", "a line", Goal(2), lambda: Measurement(1.0, errors=1))).is_met

    def fail() -> Measurement:
        raise RuntimeError("the page answers 500")

    result = measure(Line("a-line", "a line", Goal(2), fail))
    assert not result.is_met
    assert "the page answers 500" in result.found.detail
