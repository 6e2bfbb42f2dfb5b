"""Test clocks: customers with a separate time."""

from typing import Any

import pytest

from tests.simulator.shop import Shop, error_of
from tests.simulator.subscriptions import DAY, active_subscription, advance_days, period

NOON = 1801396800


@pytest.fixture
def clock(olena: Shop) -> Any:
    return olena.v1.test_helpers.test_clocks.create({"frozen_time": NOON, "name": "Renewal"})


def test_a_subscription_follows_its_customers_test_clock(olena: Shop, clock: Any) -> None:
    customer = olena.v1.customers.create({"test_clock": clock.id})
    subscription = active_subscription(olena, customer=customer.id)
    assert (subscription.created, subscription.test_clock) == (NOON, clock.id)
    assert advance_days(olena, 300) == []
    assert period(olena.v1.subscriptions.retrieve(subscription.id))[0] == NOON
    going = olena.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": NOON + 62 * DAY})
    assert (going.status, going.status_details.advancing.target_frozen_time) == ("advancing", NOON + 62 * DAY)
    done = olena.v1.test_helpers.test_clocks.retrieve(clock.id)
    assert (done.status, done.frozen_time) == ("ready", NOON + 62 * DAY)
    invoices = olena.v1.invoices.list({"subscription": subscription.id}).data
    assert [one.status for one in invoices] == ["paid"] * 3
    assert invoices[0].test_clock == clock.id
    assert olena.events()[-1] == "test_helpers.test_clock.ready"


def test_a_test_clock_only_advances(olena: Shop, clock: Any) -> None:
    advance = olena.v1.test_helpers.test_clocks.advance
    assert error_of(advance, clock.id, {"frozen_time": NOON}).param == "frozen_time"
    assert error_of(advance, "clock_none", {"frozen_time": NOON + 1}).code == "resource_missing"


def test_deleting_a_test_clock_deletes_its_customers(olena: Shop, clock: Any) -> None:
    customer = olena.v1.customers.create({"test_clock": clock.id}, {})
    subscription = active_subscription(olena, customer=customer.id)
    assert [one.id for one in olena.v1.test_helpers.test_clocks.list().data] == [clock.id]
    found = olena.v1.customers.retrieve(customer.id, {"expand": ["test_clock"]})
    assert found.test_clock.name == "Renewal"
    assert olena.v1.test_helpers.test_clocks.delete(clock.id).deleted
    assert olena.v1.customers.retrieve(customer.id).deleted
    assert olena.v1.subscriptions.retrieve(subscription.id).status == "canceled"


def test_test_clocks_do_not_exist_in_live_mode(olena_live: Shop) -> None:
    create = olena_live.v1.test_helpers.test_clocks.create
    assert error_of(create, {"frozen_time": NOON}).http_status == 400
