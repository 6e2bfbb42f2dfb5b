"""Lists: order, pagination and filters."""

import pytest

from tests.simulator.shop import Shop, error_of
from tests.simulator.subscriptions import subscribe


@pytest.fixture
def ids(olena: Shop) -> list[str]:
    """Twelve payments, newest first."""
    return [olena.payment(amount=1000 + number).id for number in range(12)][::-1]


def test_a_page_has_ten_objects_by_default(olena: Shop, ids: list[str]) -> None:
    first = olena.v1.payment_intents.list()
    assert [one.id for one in first.data] == ids[:10]
    assert (first.has_more, first.url) == (True, "/v1/payment_intents")
    assert not olena.v1.payment_intents.list({"limit": 12}).has_more


def test_cursors_work_in_both_directions(olena: Shop, ids: list[str]) -> None:
    second = olena.v1.payment_intents.list({"limit": 5, "starting_after": ids[4]})
    assert ([one.id for one in second.data], second.has_more) == (ids[5:10], True)
    back = olena.v1.payment_intents.list({"limit": 3, "ending_before": ids[5]})
    assert ([one.id for one in back.data], back.has_more) == (ids[2:5], True)
    front = olena.v1.payment_intents.list({"limit": 3, "ending_before": ids[2]})
    assert ([one.id for one in front.data], front.has_more) == (ids[:2], False)


def test_the_library_can_iterate_over_all_pages(olena: Shop, ids: list[str]) -> None:
    walked = [one.id for one in olena.v1.payment_intents.list({"limit": 5}).auto_paging_iter()]
    assert walked == ids


def test_lists_are_filtered_by_time(olena: Shop, ids: list[str]) -> None:
    moment = olena.v1.payment_intents.retrieve(ids[0]).created
    payments = olena.v1.payment_intents
    assert payments.list({"created": {"gt": moment}}).data == []
    assert len(payments.list({"created": {"gte": moment - 60, "lte": moment}, "limit": 100}).data) == 12
    assert payments.list({"created": {"lt": moment - 60}}).data == []
    assert payments.list({"created": moment}).data[0].id == ids[0]


def test_lists_are_filtered_by_customer(olena: Shop, ids: list[str]) -> None:
    customer = olena.v1.customers.create({})
    payment = olena.payment(customer=customer.id)
    assert [one.id for one in olena.v1.payment_intents.list({"customer": customer.id}).data] == [payment.id]


def test_subscriptions_refunds_and_disputes_are_found_by_their_creation_with_status_and_metadata(olena: Shop) -> None:
    subscription = subscribe(olena, metadata={"order": "1001"})
    payment = olena.pay("pm_card_visa")
    refund = olena.v1.refunds.create({"payment_intent": payment.id, "amount": 100})
    created = {"created": {"gte": subscription.created}}
    (found,) = olena.v1.subscriptions.list({**created, "status": "all", "expand": ["data.customer"]}).data
    assert (found.id, found.status, found.metadata.to_dict()) == (subscription.id, "incomplete", {"order": "1001"})
    assert found.customer.email == "ivan@example.com"
    assert [one.id for one in olena.v1.refunds.list(created).data] == [refund.id]
    later = {"created": {"gt": olena.v1.refunds.retrieve(refund.id).created + 60}}
    for listed in (olena.v1.subscriptions, olena.v1.refunds, olena.v1.disputes):
        assert listed.list(later).data == []


@pytest.mark.parametrize("limit", [0, 101, -1])
def test_the_limit_is_between_1_and_100(olena: Shop, limit: int) -> None:
    assert error_of(olena.v1.payment_intents.list, {"limit": limit}).param == "limit"


def test_an_unknown_cursor_is_refused(olena: Shop, ids: list[str]) -> None:
    payments = olena.v1.payment_intents
    assert error_of(payments.list, {"starting_after": "pi_none"}).code == "resource_missing"
    assert error_of(payments.list, {"starting_after": ids[0], "ending_before": ids[1]}).http_status == 400


def test_every_country_can_be_listed(olena: Shop) -> None:
    countries = [one.id for one in olena.v1.country_specs.list({"limit": 100}).auto_paging_iter()]
    assert {"DE", "IE", "JP", "US"} <= set(countries)


def test_events_are_filtered_by_type(olena: Shop) -> None:
    olena.pay("pm_card_visa")
    events = olena.v1.events
    assert [one.type for one in events.list({"type": "charge.*"}).data] == ["charge.succeeded"]
    wanted = ["payment_intent.created", "charge.succeeded"]
    assert len(events.list({"types": wanted}).data) == 2
    assert error_of(events.list, {"types": ["charge.failed"] * 21}).param == "types"
    one = events.list().data[0]
    assert events.retrieve(one.id).data.object["id"] == one.data.object["id"]
