"""Subscriptions that were made at Stripe outside of the shop, and imported."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from storefront import db, subscriptions
from storefront.models import (
    CounterKind,
    Email,
    Invoice,
    Merchant,
    Offer,
    Order,
    Payment,
    Subscription,
    TimelineKind,
    UnclearTerms,
    counts,
    counts_by_day,
)
from storefront.worker import tasks
from stripe_simulator import accounts
from stripe_simulator.keys import Realm
from tests.cards import GOOD
from tests.money.buyer import Marko
from tests.money.in_process_shop import InProcessShop, in_process_shop
from tests.stripe_subscriptions import Api, make_price, make_subscription

DAY = 86400


@pytest.fixture(scope="module")
def shop() -> Iterator[InProcessShop]:
    with in_process_shop() as shop, db.connection():
        yield shop


@pytest.fixture
def merchant(shop: InProcessShop) -> Merchant:
    return shop.reset(kind="recurring", title="Weekly letters")[0]


def api(shop: InProcessShop) -> Api:
    def call(method: str, path: str, **form: str) -> Any:
        answer = shop.dashboard(method, path, **form)
        assert answer.status_code == 200, answer.text
        return answer.json

    return call


def make(shop: InProcessShop, email: str = "halyna@example.com", **changes: str) -> str:
    return make_subscription(api(shop), email, **changes)


def import_all(shop: InProcessShop, merchant: Merchant) -> None:
    subscriptions.start_import(merchant)
    shop.run(tasks.continue_imports)


def takings() -> list[tuple[int, int, str]]:
    kinds = (CounterKind.RENEWAL_TAKINGS, CounterKind.ORDER_TAKINGS)
    return [(one.number, one.amount, one.currency) for one in counts_by_day(*kinds, since=date(2020, 1, 1))]


def written(shop: InProcessShop) -> list[str]:
    """What was written at Stripe, by anybody."""
    log = shop.control("requests", "GET").json
    return [one["path"] for one in log["data"] if one["method"] != "GET"]


def test_an_imported_subscription_has_its_rows_and_nothing_changes_at_stripe(
    shop: InProcessShop, merchant: Merchant
) -> None:
    stripe_id = make(shop)
    at_stripe, calls, letters = shop.at_stripe("subscription"), written(shop), Email.select().count()
    import_all(shop, merchant)
    shop.run(tasks.reconcile_job)
    assert shop.at_stripe("subscription") == at_stripe
    assert written(shop) == calls
    found = Subscription.get()
    assert (found.subscription_id, found.status, found.total.amount) == (stripe_id, "active", 1250)
    assert (found.order.email, found.order.status, found.order.amount) == ("halyna@example.com", "paid", 0)
    assert found.is_running and found.next_charge_at is not None and found.card_last4 == GOOD[-4:]
    assert Invoice.select().count() == 0, "what was paid before is not the shop's"
    assert [entry.kind for entry in found.order.timeline()] == [TimelineKind.IMPORTED]
    assert Email.select().count() == letters
    offer = found.order.offer
    assert (offer.title, offer.status, offer.amount, offer.interval) == ("A box of tea", "draft", 1250, "month")


def test_importing_again_changes_nothing(shop: InProcessShop, merchant: Merchant) -> None:
    make(shop)
    import_all(shop, merchant)
    subscriptions.start_import(merchant)
    # A second import begins while the first one waits for Stripe.
    shop.schedule_concurrent(1, lambda: shop.run(tasks.continue_imports))
    shop.run(tasks.continue_imports)
    assert [model.select().count() for model in (Order, Subscription, Payment, Offer)] == [1, 1, 1, 2]


def test_two_imports_at_once_make_one_row(shop: InProcessShop, merchant: Merchant) -> None:
    make(shop)
    subscriptions.start_import(merchant)
    shop.schedule_concurrent(1, lambda: shop.run(tasks.continue_imports))
    shop.run(tasks.continue_imports)
    assert [model.select().count() for model in (Order, Subscription, Payment, Offer)] == [1, 1, 1, 2]
    row = subscriptions.import_of(merchant)
    assert row is not None and not row.is_running and row.seen == 1


def test_only_what_is_paid_after_the_import_is_money_of_the_shop(shop: InProcessShop, merchant: Merchant) -> None:
    stripe_id = make(shop)
    shop.control(f"subscriptions/{stripe_id}/renew")
    import_all(shop, merchant)
    shop.run(tasks.reconcile_job)
    assert takings() == []
    shop.advance_clock(60)
    shop.control(f"subscriptions/{stripe_id}/renew")
    shop.deliver_webhooks()
    shop.run_worker()
    assert takings() == [(1, 1250, "EUR")]
    assert Email.select().where(Email.kind == "renewal_receipt").count() == 1


def test_a_tax_that_stripe_adds_is_in_what_a_renewal_charges(shop: InProcessShop, merchant: Merchant) -> None:
    vat = api(shop)("POST", "tax_rates", display_name="VAT", percentage="20", inclusive="false")["id"]
    stripe_id = make(shop, **{"default_tax_rates[0]": vat})
    import_all(shop, merchant)
    shop.advance_clock(60)
    shop.control(f"subscriptions/{stripe_id}/renew")
    shop.deliver_webhooks()
    shop.run_worker()
    assert takings() == [(1, 1500, "EUR")]
    assert (Subscription.get().unclear_terms, Invoice.get().amount_paid) == (UnclearTerms.TAX, 1500)


def test_a_renewal_that_asks_for_3d_secure_is_recovered(shop: InProcessShop, merchant: Merchant) -> None:
    stripe_id = make(shop)
    import_all(shop, merchant)
    halyna = Marko(shop, Offer.get_by_id(Subscription.get().offer_id), token=Order.get().token)
    shop.control(f"subscriptions/{stripe_id}/renew", card="asks")
    shop.deliver_webhooks()
    shop.run_worker()
    assert Invoice.get().needs == "authentication"
    halyna.pay_from_email("renewal_authentication")
    shop.deliver_webhooks()
    shop.run_worker()
    assert Invoice.get().status == "paid" and halyna.subscription.status == "active"


def test_the_open_invoice_of_a_past_due_subscription_is_at_risk(shop: InProcessShop, merchant: Merchant) -> None:
    stripe_id = make(shop)
    shop.control(f"subscriptions/{stripe_id}/renew", card="declines")
    import_all(shop, merchant)
    shop.run(tasks.reconcile_job)
    assert Subscription.get().status == "past_due"
    assert Invoice.get().needs == "card"
    assert [one.outcome for one in subscriptions.recovery_outcomes()] == ["at_risk"]


def test_a_refund_of_an_earlier_payment_is_not_the_shops(shop: InProcessShop, merchant: Merchant) -> None:
    make(shop)
    import_all(shop, merchant)
    intent = next(iter(shop.at_stripe("payment_intent")))
    shop.dashboard("POST", "refunds", payment_intent=intent)
    shop.deliver_webhooks()
    shop.run_worker()
    assert counts(CounterKind.WAITING_EVENTS).number(CounterKind.WAITING_EVENTS) == 0


@pytest.mark.parametrize(
    ("change", "obstacle"),
    [
        ({"collection_method": "send_invoice"}, "invoiced"),
        ({"status": "incomplete"}, "not_started"),
        ({"schedule": "sub_sched_1"}, "scheduled"),
        ({"currency": "zzz"}, "currency"),
    ],
)
def test_it_says_why_a_subscription_cannot_be_imported(
    shop: InProcessShop, merchant: Merchant, change: dict[str, str], obstacle: str
) -> None:
    stripe_id = make(shop)
    at_stripe = shop.at_stripe("subscription")[stripe_id]
    shop.stripe.store.save(Realm(accounts.OLENA, livemode=False), {**at_stripe, **change})
    (candidate,) = subscriptions.list_candidates(merchant).candidates
    assert candidate.obstacle == obstacle


def test_other_obstacles_follow_from_price_items_and_customer(shop: InProcessShop, merchant: Merchant) -> None:
    first, second = make_price(api(shop)), make_price(api(shop), unit_amount="300")
    make(shop, **{"items[0][price]": first, "items[1][price]": second})
    make(shop, **{"items[0][price]": make_price(api(shop), unit_amount="0")})
    made = make(shop)
    shop.dashboard("POST", f"customers/{shop.at_stripe('subscription')[made]['customer']}", email="")
    ours = Marko(shop, Offer.get()).subscribe()
    found = {one.found.snapshot.id: one.obstacle for one in subscriptions.list_candidates(merchant).candidates}
    assert sorted(map(str, found.values())) == ["already_here", "free", "no_email", "several_items"]
    assert found[ours.subscription_id or ""] == "already_here"


def test_an_import_goes_on_where_it_was_when_stripe_was_away(
    shop: InProcessShop, merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storefront.subscriptions.importing.import_job.PER_PAGE", 1)
    for name in ("halyna", "taras", "iryna"):
        make(shop, f"{name}@example.com")
    subscriptions.start_import(merchant)
    shop.control("faults", path="/v1/subscriptions*", kind="error_before", times=1, skip=1)
    shop.run(tasks.continue_imports)
    row = subscriptions.import_of(merchant)
    assert row is not None and row.is_running and row.problem
    shop.clear_faults()
    shop.run(tasks.continue_imports)
    row = subscriptions.import_of(merchant)
    assert row is not None and (row.is_running, row.adopted, row.problem) == (False, 3, "")
