"""Test clocks: customers whose time is moved by itself."""

from typing import Any

import pytest

from tests.simulator.shop import Shop, refusal
from tests.simulator.subscribing import DAY, active, period, wait

NOON = 1801396800


@pytest.fixture
def clock(olena: Shop) -> Any:
    return olena.v1.test_helpers.test_clocks.create({"frozen_time": NOON, "name": "Renewal"})


def test_a_subscription_lives_by_its_customers_clock(olena: Shop, clock: Any) -> None:
    customer = olena.v1.customers.create({"test_clock": clock.id})
    subscription = active(olena, customer=customer.id)
    assert (subscription.created, subscription.test_clock) == (NOON, clock.id)
    assert wait(olena, 300) == []
    assert period(olena.v1.subscriptions.retrieve(subscription.id))[0] == NOON
    going = olena.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": NOON + 62 * DAY})
    assert (going.status, going.status_details.advancing.target_frozen_time) == ("advancing", NOON + 62 * DAY)
    done = olena.v1.test_helpers.test_clocks.retrieve(clock.id)
    assert (done.status, done.frozen_time) == ("ready", NOON + 62 * DAY)
    invoices = olena.v1.invoices.list({"subscription": subscription.id}).data
    assert [one.status for one in invoices] == ["paid"] * 3
    assert invoices[0].test_clock == clock.id
    assert olena.events()[-1] == "test_helpers.test_clock.ready"


def test_it_goes_forwards_only(olena: Shop, clock: Any) -> None:
    advance = olena.v1.test_helpers.test_clocks.advance
    assert refusal(advance, clock.id, {"frozen_time": NOON}).param == "frozen_time"
    assert refusal(advance, "clock_none", {"frozen_time": NOON + 1}).code == "resource_missing"


def test_it_takes_its_customers_along(olena: Shop, clock: Any) -> None:
    customer = olena.v1.customers.create({"test_clock": clock.id}, {})
    subscription = active(olena, customer=customer.id)
    assert [one.id for one in olena.v1.test_helpers.test_clocks.list().data] == [clock.id]
    found = olena.v1.customers.retrieve(customer.id, {"expand": ["test_clock"]})
    assert found.test_clock.name == "Renewal"
    assert olena.v1.test_helpers.test_clocks.delete(clock.id).deleted
    assert olena.v1.customers.retrieve(customer.id).deleted
    assert olena.v1.subscriptions.retrieve(subscription.id).status == "canceled"


def test_there_are_none_in_live_mode(olena_live: Shop) -> None:
    create = olena_live.v1.test_helpers.test_clocks.create
    assert refusal(create, {"frozen_time": NOON}).http_status == 400
