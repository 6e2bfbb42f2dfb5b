"""What the worker reads from its queue."""

import json
import pickle
from pathlib import Path

import pytest
from flask import Flask

from storefront import worker
from storefront.models import Offer, WebhookEvent
from tests.purchase_steps import buy
from tests.simulator_process import Simulator


class TouchesAFile:
    """Creates a file when it is unpickled, as an attacker who can write to the queue could."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)


def run_next_job() -> None:
    queue = worker.queue()
    job = queue.dequeue()
    assert job is not None
    queue.execute(job)


def test_jobs_are_stored_as_json(app: Flask) -> None:
    worker.wake_for_emails()
    (stored,) = worker.queue().storage.enqueued_items()
    assert "storefront.jobs.post_letters" in json.loads(stored)


def test_a_job_runs_no_code_of_whoever_wrote_it(app: Flask, tmp_path: Path) -> None:
    target = tmp_path / "touched"
    pickled = pickle.dumps(TouchesAFile(target))
    worker.queue().storage.enqueue(pickled)
    run_next_job()
    assert not target.exists()
    pickle.loads(pickled)
    assert target.exists()


@pytest.mark.parametrize("stored", [b"", b"{}", b"[]", b"\x80\x05.", b"[1, 2]", b"[[[[", b'"text"'])
def test_for_a_job_that_cannot_be_read_all_waiting_work_is_done(
    app: Flask, offer: Offer, simulator: Simulator, stored: bytes
) -> None:
    event = WebhookEvent.create(
        merchant=offer.merchant, event_id="evt_waits", type="payment_intent.succeeded", object_id="pi_of_nobody"
    )
    buy(offer, simulator)
    worker.queue().flush()
    worker.queue().storage.enqueue(stored)
    run_next_job()
    assert WebhookEvent.get_by_id(event.id).handled_at is not None
