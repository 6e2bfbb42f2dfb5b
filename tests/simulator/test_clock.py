"""Stripe's clock, and what happens by it."""

from email.utils import parsedate_to_datetime
from pathlib import Path

import requests

from stripe_simulator import accounts
from tests.simulator.process import running, until
from tests.simulator.receiver import Receiver
from tests.simulator.shop import Shop
from tests.simulator.steering import steer

HOUR = 60 * 60


def ahead(url: str) -> float:
    return float(requests.get(f"{url}/simulator/clock", timeout=20).json()["ahead"])


def test_everything_stripe_says_of_time_follows_its_clock(olena: Shop, receiver: Receiver) -> None:
    endpoint = olena.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    steer(olena, "clock", advance=HOUR)
    payment = olena.payment()
    assert payment.created - endpoint.created >= HOUR
    [event] = receiver.wait_for_type("payment_intent.created")
    assert event["created"] >= payment.created
    signed_at = int(receiver.deliveries[0][1].split(",")[0].removeprefix("t="))
    assert signed_at >= payment.created
    date = olena.raw("GET", "/v1/events").headers["Date"]
    assert parsedate_to_datetime(date).timestamp() >= payment.created
    steer(olena, "reset")
    assert ahead(olena.url) == 0


def test_a_clock_may_be_wrong_the_other_way(olena: Shop) -> None:
    now = olena.payment().created
    assert steer(olena, "clock", advance=-HOUR)["ahead"] == -HOUR
    assert olena.payment().created < now - HOUR + 60


def test_what_is_due_happens_when_the_clock_gets_there(olena: Shop) -> None:
    olena.pay("pm_card_createDispute")
    assert steer(olena, "clock", advance=HOUR - 60)["happened"] == []
    [happened] = steer(olena, "clock", advance=120)["happened"]
    assert (happened["what"], happened["account"]) == ("dispute_opens", accounts.OLENA.id)
    assert len(olena.v1.disputes.list().data) == 1


def test_what_happens_later_happens_by_itself_also_after_a_restart(tmp_path: Path, receiver: Receiver) -> None:
    state = str(tmp_path / "stripe.db")
    with running("--state", state, "--later", "3600") as url:
        olena = Shop(url, accounts.OLENA)
        olena.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["charge.dispute.created"]})
        olena.pay("pm_card_createDispute")
        steer(olena, "clock", advance=HOUR - 60)
    with running("--state", state, "--later", "0.1", "--retry-scale", "0.02") as url:
        olena = Shop(url, accounts.OLENA)
        assert ahead(url) == HOUR - 60
        olena.v1.refunds.create({"payment_intent": olena.pay("pm_card_refundFail").id})
        until(lambda: olena.v1.refunds.list().data[0].status == "failed")
        assert olena.v1.disputes.list().data == []
        steer(olena, "clock", advance=120)
        receiver.wait_for_type("charge.dispute.created")
