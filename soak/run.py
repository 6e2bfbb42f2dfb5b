"""One soaked shop on one database: `python -m soak.run --minutes 20`. TEST_DATABASE chooses the database."""

import argparse
import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

from soak import figures
from soak.actors import ACTORS, Actor
from soak.books import differences
from soak.faults import Faults
from soak.samples import Sample, Samples
from soak.shop import START_SECONDS, SoakedShop, soaked_shop
from storefront.models import Email, WebhookEvent
from stripe_simulator.store import Store
from tests import databases
from tests.histories.common_rules import DRAIN_STEPS, MINUTE

# The part of the time in which processes are killed; in the rest memory and open files must stay flat.
KILLING = 0.6
# How long the worker has for what comes due with each step of time, in seconds.
SETTLE_SECONDS = 240
BUSY_SECONDS = 4.0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(1_000_000)
    with (
        tempfile.TemporaryDirectory(prefix="soak-") as folder,
        soaked_shop(Path(folder)) as shop,
    ):
        report = soak(shop, options.minutes * 60, seed)
        if report["problems"]:
            report["logs"] = _keep_logs(Path(folder))
    sys.stdout.write(json.dumps(report, indent=2) + "\n")
    return 1 if report["problems"] else 0


def soak(shop: SoakedShop, seconds: float, seed: int) -> dict[str, object]:
    """Run the load with faults, let everything settle, and compare. Return the figures and the problems."""
    ended = threading.Event()
    actors = [make(shop, seed + number, ended) for number, make in enumerate(ACTORS)]
    faults, samples = Faults(shop, seed, ended), Samples(shop, ended)
    threads = (*actors, faults, samples)
    began = time.monotonic()
    for thread in threads:
        thread.start()
    _report_until(began + seconds * KILLING, began, actors, faults, samples)
    faults.spare_processes()
    samples.reset()
    _report_until(began + seconds, began, actors, faults, samples)
    ended.set()
    for thread in (*actors, samples):
        thread.join(120)
    faults.over.wait(START_SECONDS)
    store = Store(shop.folder / "stripe.db")
    webhooks = figures.webhooks(shop)
    problems = [*_wrong(actors, faults), *samples.problems(), *_settle(shop, store, faults)]
    if webhooks.get("200", 0) < sum(webhooks.values()) / 2:
        # The shop would find all events by asking Stripe, and nothing else would show it.
        problems.append(f"most webhooks were refused: {webhooks}")
    report = {
        "database": databases.NAME,
        "minutes": seconds / 60,
        "seed": seed,
        "done": dict(sum((actor.done for actor in actors), Counter())),
        "refused or unanswered": dict(sum((actor.failed for actor in actors), Counter())),
        "faults": dict(faults.caused),
        "starts of the shop": shop.restarts,
        "memory and files": samples.figures(),
        **figures.sizes(shop),
        "webhooks": webhooks,
        "messages": figures.emails_arrived(shop),
        "money": figures.money(shop, store),
        "problems": problems,
    }
    store.db.close()
    return report


def _report_until(end: float, began: float, actors: list[Actor], faults: Faults, samples: Samples) -> None:
    """Wait for that time of the monotonic clock. Print a line a minute, so that a long run can be watched."""
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(60.0, left))
        done = sum(sum(actor.done.values()) for actor in actors)
        last = samples.rows[-1] if samples.rows else Sample({}, 0, 0)
        sys.stderr.write(
            f"{databases.NAME}: {(time.monotonic() - began) / 60:.1f} minutes, {done} answers, "
            f"{sum(faults.caused.values())} faults, {last.bytes / 1e6:.0f} MB and {last.files} files "
            f"of {len(last.memory)} processes, {len(_wrong(actors, faults))} problems\n"
        )


def _settle(shop: SoakedShop, store: Store, faults: Faults) -> list[str]:
    """Let everything come due and be handled, without faults; what is still wrong then, in words.

    Everything is reconciled before the minutes, the hours and the days. The rest the worker must find by itself.
    """
    shop.simulator.clear_faults()
    shop.keep_running()
    wrong = ["nothing was compared"]
    for last_step, step in pairwise((0, *DRAIN_STEPS)):
        if step != last_step:
            reconciled = shop.command("reconcile")
            if reconciled.returncode != 0:
                return [f"reconcile failed: {reconciled.stderr[-500:]}"]
        _wait_for_worker(shop)
        wrong = differences(shop, store, faults.interruptions)
        sys.stderr.write(f"{databases.NAME}: {shop.ahead / 3600:.1f} hours ahead, {len(wrong)} differences\n")
        if not wrong:
            break
        shop.pass_time(step)
    return wrong[:50]


def _wait_for_worker(shop: SoakedShop) -> None:
    """Wait until the jobs of each minute have run, and no event and no email waits; for SETTLE_SECONDS at most."""
    began = time.monotonic()
    is_busy = True
    while time.monotonic() < began + MINUTE or (is_busy and time.monotonic() < began + SETTLE_SECONDS):
        time.sleep(BUSY_SECONDS)
        with shop.at_its_time():
            is_busy = WebhookEvent.select().where(WebhookEvent.handled_at.is_null()).exists() or bool(Email.due(1))


def _wrong(actors: list[Actor], faults: Faults) -> list[str]:
    return [*(line for actor in actors for line in actor.wrong), *faults.wrong][:50]


def _keep_logs(folder: Path) -> str:
    """Copy the logs to where they outlive the run; the path."""
    kept = Path(tempfile.mkdtemp(prefix="soak-logs-"))
    for log in folder.glob("*.log"):
        (kept / log.name).write_bytes(log.read_bytes())
    return str(kept)


if __name__ == "__main__":
    raise SystemExit(main())
