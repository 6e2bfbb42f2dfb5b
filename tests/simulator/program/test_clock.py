"""The simulated clock and scheduled actions."""

from email.utils import parsedate_to_datetime
from pathlib import Path

import requests

from stripe_simulator import accounts
from tests.processes import until
from tests.simulator.controls import post_control
from tests.simulator.process import running
from tests.simulator.shop import Shop
from tests.simulator.webhook_receiver import Receiver

HOUR = 60 * 60


def clock_offset(url: str) -> float:
    return float(requests.get(f"{url}/simulator/clock", timeout=20).json()["ahead"])


def test_the_times_of_objects_events_and_responses_follow_the_simulated_clock(olena: Shop, receiver: Receiver) -> None:
    endpoint = olena.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    post_control(olena, "clock", advance=HOUR)
    payment = olena.payment()
    assert payment.created - endpoint.created >= HOUR
    [event] = receiver.wait_for_type("payment_intent.created")
    assert event["created"] >= payment.created
    date = olena.raw("GET", "/v1/events").headers["Date"]
    assert parsedate_to_datetime(date).timestamp() >= payment.created
    post_control(olena, "reset")
    assert clock_offset(olena.url) == 0


def test_the_clock_can_be_moved_back(olena: Shop) -> None:
    now = olena.payment().created
    assert post_control(olena, "clock", advance=-HOUR)["ahead"] == -HOUR
    assert olena.payment().created < now - HOUR + 60


def test_scheduled_actions_run_when_the_clock_reaches_them(olena: Shop) -> None:
    olena.pay("pm_card_createDispute")
    assert post_control(olena, "clock", advance=HOUR - 60)["happened"] == []
    [happened] = post_control(olena, "clock", advance=120)["happened"]
    assert (happened["what"], happened["account"]) == ("dispute_opens", accounts.OLENA.id)
    assert len(olena.v1.disputes.list().data) == 1


def test_scheduled_actions_run_in_the_background_even_after_a_restart(tmp_path: Path, receiver: Receiver) -> None:
    state = str(tmp_path / "stripe.db")
    with running("--state", state, "--later", "3600") as url:
        olena = Shop(url, accounts.OLENA)
        olena.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["charge.dispute.created"]})
        olena.pay("pm_card_createDispute")
        post_control(olena, "clock", advance=HOUR - 60)
    with running("--state", state, "--later", "0.1", "--retry-scale", "0.02") as url:
        olena = Shop(url, accounts.OLENA)
        assert clock_offset(url) == HOUR - 60
        olena.v1.refunds.create({"payment_intent": olena.pay("pm_card_refundFail").id})
        until(lambda: olena.v1.refunds.list().data[0].status == "failed", "the refund to fail")
        assert olena.v1.disputes.list().data == []
        post_control(olena, "clock", advance=120)
        receiver.wait_for_type("charge.dispute.created")
