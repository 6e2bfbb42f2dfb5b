"""Rows as a restored backup has them: written, while what Stripe answered is not in them."""

from collections.abc import Iterator

import pytest

from storefront import db
from storefront.models import Email, Invoice, Offer, Payment, Subscription
from tests.cards import GOOD
from tests.money import payment_checks, subscription_checks
from tests.money.buyer import Marko
from tests.money.in_process_shop import InProcessShop

DAY = 86400
KINDS = {
    "one-off": {},
    "subscription": {"kind": "recurring", "title": "Weekly letters"},
    "trial": {"kind": "recurring", "title": "Weekly letters", "trial_days": 14},
}


@pytest.fixture
def shop(shared_shop: InProcessShop) -> Iterator[InProcessShop]:
    shared_shop.reset()
    shared_shop.clear_faults()
    with db.connection():
        yield shared_shop


@pytest.fixture(params=KINDS)
def marko(request: pytest.FixtureRequest, shop: InProcessShop) -> Marko:
    """Marko has paid, or saved his card; the rows are as before Stripe was asked."""
    terms = KINDS[request.param]
    marko = Marko(shop, shop.reset(**terms)[1] if terms else Offer.get())
    marko.start_checkout()
    marko.confirm_card(GOOD)
    forget_answers()
    return marko


def forget_answers() -> None:
    """What Stripe has answered is not in the rows."""
    Payment.update(intent_id=None, status="", request_number=0).execute()
    Subscription.update(
        customer_id="", customer_email="", subscription_id=None, item_id="", status="", request_number=0
    ).execute()


def assert_paid(shop: InProcessShop, marko: Marko) -> None:
    """The order is paid and its subscription runs; one receipt, and no email says that nothing was charged."""
    assert marko.order.status == "paid"
    assert [one.has_started and one.is_running for one in Subscription.select()] in ([], [True])
    written = [letter.kind for letter in Email.select()]
    assert sum(kind in ("receipt", "trial_started") for kind in written) == 1
    assert "order_expired" not in written
    assert payment_checks.after_reconcile(shop.ledger()) == []


def test_reconcile_finds_what_was_paid_without_an_id_in_the_rows(shop: InProcessShop, marko: Marko) -> None:
    report = shop.reconcile()
    assert report is not None and report.failures == []
    assert report.changed == [(marko.order.number, "pending", "paid")]
    assert_paid(shop, marko)
    again = shop.reconcile()
    assert again is not None and again.changed == []
    assert_paid(shop, marko)


def test_an_order_does_not_expire_before_stripe_was_asked(shop: InProcessShop, marko: Marko) -> None:
    shop.stripe.deliverer.due.clear()
    shop.advance_clock(4 * DAY)
    shop.run_worker()
    assert_paid(shop, marko)


def test_the_first_payment_is_found_after_renewals(shop: InProcessShop) -> None:
    marko = Marko(shop, shop.reset(kind="recurring", title="Weekly letters")[1])
    marko.subscribe()
    first = Payment.get().intent_id
    marko.end_period()
    marko.end_period()
    Email.delete().execute()
    forget_answers()
    type(marko.order).update(status="pending", paid_at=None).execute()
    shop.reconcile()
    assert_paid(shop, marko)
    assert Payment.get(Payment.kind == "first").intent_id == first
    assert Payment.select().where(Payment.kind == "renewal").count() == 2


def test_another_email_in_a_repeated_checkout_does_not_lose_the_paid_subscription(shop: InProcessShop) -> None:
    marko = Marko(shop, shop.reset(kind="recurring", title="Weekly letters")[1])
    marko.start_checkout()
    marko.confirm_card(GOOD)
    forget_answers()
    marko.start_checkout(email="marko@example.org")
    shop.reconcile()
    shop.advance_clock(4 * DAY)
    shop.run_worker()
    assert_paid(shop, marko)


def test_an_order_whose_payment_was_answered_with_an_error_does_not_expire_before_stripe_was_asked(
    shop: InProcessShop,
) -> None:
    marko = Marko(shop, Offer.get())
    marko.start_checkout()
    marko.confirm_card(GOOD)
    forget_answers()
    Payment.update(ended_at=Payment.created_at, end_reason="stripe_broken").execute()
    shop.advance_clock(4 * DAY)
    shop.run_worker()
    assert_paid(shop, marko)


@pytest.mark.parametrize("overdue", [False, True], ids=["reconcile", "expiry"])
def test_a_first_invoice_that_was_paid_outside_of_stripe_is_found(shop: InProcessShop, overdue: bool) -> None:
    marko = Marko(shop, shop.reset(kind="recurring", title="Weekly letters")[1])
    marko.start_checkout()
    (invoice,) = shop.stripe_objects().invoices
    shop.dashboard("POST", f"invoices/{invoice}/pay", paid_out_of_band="true")
    shop.stripe.deliverer.due.clear()
    forget_answers()
    if overdue:
        shop.advance_clock(4 * DAY)
        shop.run_worker()
        shop.run_worker()
    else:
        shop.reconcile()
    assert (marko.order.status, marko.order.paid_outside, marko.subscription.status) == ("paid", True, "active")
    assert "order_expired" not in [letter.kind for letter in Email.select()]


@pytest.mark.parametrize("again", [False, True], ids=["reconcile", "pressed again"])
@pytest.mark.parametrize("hours", [0, 24, 80])
@pytest.mark.parametrize("path", ["/v1/subscriptions", "/v1/payment_intents/*"], ids=["creation", "its payment"])
def test_a_subscription_whose_creation_was_answered_with_an_error_is_recorded_after_it_has_ended(
    shop: InProcessShop, path: str, hours: int, again: bool
) -> None:
    marko = Marko(shop, shop.reset(kind="recurring", title="Weekly letters")[1])
    shop.control("faults", kind="error_after", path=path, times=9)
    assert marko.start_checkout().status_code == 503
    shop.clear_faults()
    # Stripe ends an unpaid subscription after 23 hours.
    shop.advance_clock(hours * 3600)
    if again:
        assert marko.start_checkout().status_code == 200
    report = shop.reconcile()
    assert report is not None and report.failures == []
    assert len(shop.stripe_objects().subscriptions) == 1 + again
    assert subscription_checks.after_reconcile(shop.stripe_objects()) == []
    assert all(one.period_end and Invoice.all_of(one) for one in Subscription.select())
