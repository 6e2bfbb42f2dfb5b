"""Several workers, each with a schedule of its own: each periodic job runs once a minute in all of them together."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from storefront import create_app, db, runtime, worker
from storefront.config import Config
from storefront.models import JobRun, Merchant
from storefront.models.process_identity import process_identity
from storefront.runtime import Runtime
from storefront.worker.schedules import once_a_minute
from tests.shop_clock import time_set
from tests.simulator_process import Simulator

# Every job is due in the minute after it.
MIDNIGHT = datetime(2027, 1, 21)


@pytest.fixture
def workers(app: Flask, merchant: Merchant, environment: dict[str, str], tmp_path: Path) -> Iterator[list[Runtime]]:
    """Two workers on two hosts: each has a queue of its own, and they share the shop's database and keys."""
    config = app.config["SHOP"]
    shared = {
        "DATABASE_URL": config.database_url,
        "SECRET_KEY": config.secret_key,
        "ENCRYPTION_KEYS": ",".join(config.encryption_keys),
    }
    other = Config.from_environment({**environment, **shared, "INSTANCE_DIR": str(tmp_path / "other")})
    second = create_app(other).extensions["runtime"]
    yield [app.extensions["runtime"], second]
    with runtime.activate(second):
        db.close_connections()


def run_schedules(workers: list[Runtime], moment: datetime) -> None:
    """At `moment`, what the workers' schedulers do each minute, then all that waits in their queues."""
    for one in workers:
        one.clock = lambda: moment
        with runtime.activate(one):
            queue = worker.queue()
        for job in queue.read_periodic(MIDNIGHT):
            queue.enqueue(job)
        # As in a thread of a worker: no request or command makes a shop current.
        while job := queue.dequeue():
            queue.execute(job)


def test_two_workers_ask_stripe_for_events_as_often_as_one(workers: list[Runtime], simulator: Simulator) -> None:
    time = runtime.system_time().replace(second=30)

    def asked(workers: list[Runtime], **later: float) -> int:
        before = len(simulator.logged_requests("/v1/events", "GET"))
        run_schedules(workers, time + timedelta(**later))
        return len(simulator.logged_requests("/v1/events", "GET")) - before

    asked(workers, minutes=1)
    alone = asked(workers[:1], minutes=2)
    assert alone and asked(workers, minutes=3) == alone
    assert asked(list(reversed(workers)), minutes=4) == alone
    assert asked(workers, minutes=4) == 0
    assert asked(workers, days=-2) == alone, "a clock that was set back stops no job"


def test_a_job_that_fails_does_not_keep_the_other_jobs_from_running(
    workers: list[Runtime], simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    simulator.add_fault("/v1/events", "status", method="GET", status=400, times=5)
    run_schedules(workers, runtime.system_time() + timedelta(minutes=1))
    with runtime.activate(workers[0]), db.connection():
        names = {row.name for row in JobRun.select()}
    assert {"take_undelivered_events", "reconcile", "post_due_letters", "watch_connections"} <= names
    assert "say_alive" not in names, "each worker watches its own host's clock"


def test_of_concurrent_claims_one_succeeds(app: Flask) -> None:
    def claim(_number: int) -> bool:
        with db.connection():
            return JobRun.claim("reconcile")

    for minute in range(3):
        with time_set(runtime.system_time() + timedelta(minutes=minute)), ThreadPoolExecutor(8) as threads:
            assert sorted(threads.map(claim, range(8))) == [False] * 7 + [True]


def test_a_worker_that_is_started_again_takes_the_claims_of_the_one_that_ended(app: Flask) -> None:
    with time_set(runtime.system_time()):
        assert JobRun.claim("reconcile") and not JobRun.claim("reconcile")
        code = "from storefront.models.process_identity import process_identity; print(process_identity())"
        ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
        JobRun.update(claimed_by=ended).execute()
        assert JobRun.claim("reconcile") and not JobRun.claim("reconcile")


def test_a_worker_does_not_start_a_job_again_that_still_runs(app: Flask) -> None:
    runs: list[threading.Thread] = []
    begun, go_on = threading.Event(), threading.Event()

    def job() -> None:
        runs.append(threading.current_thread())
        begun.set()
        assert go_on.wait(60)

    run = once_a_minute("reconcile", job)
    thread = threading.Thread(target=run)
    with time_set(runtime.system_time()):
        thread.start()
        assert begun.wait(60)
    with time_set(runtime.system_time() + timedelta(minutes=1)):
        run()
    assert runs == [thread]
    go_on.set()
    thread.join()
    with time_set(runtime.system_time() + timedelta(minutes=2)):
        run()
    assert len(runs) == 2


def test_no_other_worker_starts_a_job_that_still_runs(app: Flask) -> None:
    begun = runtime.system_time().replace(second=30)
    with time_set(begun):
        assert JobRun.claim("reconcile")
        # Process 1 runs as long as the machine does.
        identity = process_identity()
        other = identity.rpartition("/")[0] + "/" + identity_of(1)
        JobRun.update(claimed_by=other).execute()
    with time_set(begun + timedelta(minutes=1)):
        assert not JobRun.claim("reconcile")
    with time_set(begun + timedelta(minutes=4)):
        assert JobRun.claim("reconcile"), "nobody has renewed it"
    with time_set(begun + timedelta(minutes=6)):
        JobRun.renew()
        JobRun.update(claimed_by=other).execute()
    with time_set(begun + timedelta(minutes=8)):
        assert not JobRun.claim("reconcile"), "it was renewed"
        JobRun.update(running_until=None).execute()
        assert JobRun.claim("reconcile"), "it has ended"


def identity_of(pid: int) -> str:
    return f"{pid} " + Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]


def test_a_run_ends_its_claim_also_when_it_fails(app: Flask) -> None:
    def fail() -> None:
        assert JobRun.get().running_until is not None
        raise RuntimeError("no")

    for _ in range(2):
        with pytest.raises(RuntimeError):
            once_a_minute("reconcile", fail)()
        assert JobRun.get().running_until is None
        JobRun.update(minute=MIDNIGHT.replace(tzinfo=UTC, year=2000)).execute()
