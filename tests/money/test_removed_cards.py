"""Saved cards and customers that are removed at Stripe. docs/defects.md describes the defect by its number."""

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

from storefront import db, subscriptions
from storefront.models import Email, Subscription, TimelineEntry
from storefront.webhooks.handlers import HANDLED_EVENTS
from tests.cards import ASKS, GOOD
from tests.money import subscription_checks
from tests.money.buyer import Marko, signed_in_owner
from tests.money.in_process_shop import InProcessShop
from tests.web.admin_pages import text_of

MASTERCARD = "5555555555554444"
HOUR = 3600


@pytest.fixture
def shop(shared_shop: InProcessShop) -> Iterator[InProcessShop]:
    shared_shop.clear_faults()
    with db.connection():
        yield shared_shop


def customer_of(shop: InProcessShop, card: str = GOOD, **terms: object) -> Marko:
    """A customer with an active subscription or a trial. The clock starts on 20 January 2027."""
    marko = Marko(shop, shop.reset(kind="recurring", title="Weekly letters", **terms)[1])
    marko.subscribe(card)
    learn(marko)
    return marko


def learn(marko: Marko) -> None:
    marko.shop.deliver_webhooks()
    marko.shop.run_worker()


def detach_card(marko: Marko) -> None:
    marko.shop.dashboard("POST", f"payment_methods/{marko.subscription.card_id}/detach")


def clear_default_card(marko: Marko) -> None:
    marko.shop.dashboard("POST", f"subscriptions/{marko.subscription.subscription_id}", default_payment_method="")


REMOVALS = [detach_card, clear_default_card]


def letters(kind: str) -> list[Email]:
    return list(Email.select().where(Email.kind == kind).order_by(Email.id))


def owners_page(marko: Marko, owner: FlaskClient) -> str:
    return text_of(owner.get(f"/admin/subscriptions/{marko.subscription.public_id}").text)


def customers_page(marko: Marko) -> str:
    return text_of(marko.open(marko.page).text)


@pytest.mark.parametrize("remove", REMOVALS)
def test_defect_35_a_removed_card_is_shown_and_offered_no_more(
    remove: Callable[[Marko], None], shop: InProcessShop
) -> None:
    marko = customer_of(shop)
    owner = signed_in_owner(shop)
    assert "Visa •••• 4242" in customers_page(marko) and "Visa •••• 4242" in owners_page(marko, owner)
    remove(marko)
    learn(marko)
    row = marko.subscription
    assert (row.card_id, row.card_brand, row.card_last4, row.card_exp_year) == ("", "", "", 0)
    page = customers_page(marko)
    assert "No card on file." in page and "Add card" in page and "4242" not in page
    seen = owners_page(marko, owner)
    assert "There is no card on file." in seen
    assert "Card removed: Visa •••• 4242." in seen
    assert [entry.detail["last4"] for entry in TimelineEntry.select().where(TimelineEntry.kind == "card_removed")] == [
        "4242"
    ]
    # The card of the first payment is not given back against the owner's or the customer's wish.
    marko.shop.reconcile()
    assert marko.subscription.card_id == ""


@pytest.mark.parametrize("remove", REMOVALS)
def test_defect_35_the_customer_is_told_before_the_next_charge(
    remove: Callable[[Marko], None], shop: InProcessShop
) -> None:
    marko = customer_of(shop)
    remove(marko)
    learn(marko)
    shop.advance_clock(HOUR)
    learn(marko)
    [letter] = letters("card_removed")
    assert letter.state == "kept" and "no longer a card on file" in letter.text and "February 20, 2027" in letter.text
    change_card(marko, MASTERCARD)
    assert marko.subscription.card_last4 == "4444" and "Mastercard •••• 4444" in customers_page(marko)
    assert marko.renew().status == "paid"


def test_defect_35_a_card_that_is_replaced_at_stripe_is_no_removed_card(shop: InProcessShop) -> None:
    marko = customer_of(shop)
    detach_card(marko)
    learn(marko)
    change_card(marko, MASTERCARD)
    shop.advance_clock(HOUR)
    learn(marko)
    assert [letter.state for letter in letters("card_removed")] == ["dropped"]


@pytest.mark.parametrize("remove", REMOVALS)
def test_defect_35_a_renewal_without_a_card_does_not_blame_the_bank(
    remove: Callable[[Marko], None], shop: InProcessShop
) -> None:
    marko = customer_of(shop)
    owner = signed_in_owner(shop)
    remove(marko)
    invoice = marko.renew()
    assert (invoice.status, invoice.needs) == ("open", "card")
    [letter] = letters("renewal_declined")
    [to_owner] = letters("owner_renewal_stopped")
    page = marko.open_email_link("renewal_declined").text
    pay_page = page[page.index('<p class="lead">') : page.index('<script type="application/json"')]
    assert "There is no longer a card on file." in letter.text and "declined" not in letter.text
    for text in (pay_page, customers_page(marko)):
        assert "No card on file." in text and "declined" not in text, text
    for text in (to_owner.text, owners_page(marko, owner)):
        assert "There is no card" in text and "declined" not in text, text
    assert "•••• 4242" not in pay_page and "Pay with your saved card" not in pay_page
    marko.pay_from_email("renewal_declined", MASTERCARD)
    learn(marko)
    assert (marko.subscription.status, marko.subscription.card_last4) == ("active", "4444")
    assert subscription_checks.after_reconcile(shop.stripe_objects()) == []


def test_defect_35_a_renewal_that_waits_for_the_bank_needs_a_card_when_its_card_is_removed(shop: InProcessShop) -> None:
    marko = customer_of(shop, ASKS)
    assert marko.renew().needs == "authentication"
    detach_card(marko)
    learn(marko)
    shop.reconcile()
    shop.run_worker()
    [invoice, *_] = subscriptions_invoices(marko)
    assert invoice.needs == "card"
    assert "There is no longer a card on file." in letters("renewal_declined")[0].text
    assert "No card on file." in customers_page(marko)


def test_defect_35_taking_back_a_cancellation_says_that_there_is_no_card(shop: InProcessShop) -> None:
    marko = customer_of(shop)
    subscriptions.cancel(marko.subscription, immediately=False, by="buyer")
    detach_card(marko)
    learn(marko)
    page = text_of(marko.open(f"{marko.page}/subscriptions/{marko.subscription.public_id}/continuation").text)
    assert "No card on file: add one in your account." in page and ", card" not in page


def test_defect_35_a_trial_without_its_card_is_told_before_it_ends(shop: InProcessShop) -> None:
    marko = customer_of(shop, trial_days=14)
    detach_card(marko)
    learn(marko)
    shop.advance_clock(12 * 24 * HOUR)
    learn(marko)
    assert [letter.state for letter in letters("card_removed")] == ["kept"]
    # "charged to your card" would be wrong.
    assert [letter.state for letter in letters("trial_ends")] == ["dropped"]


def test_defect_35_the_card_of_the_first_payment_was_removed_before_the_shop_saw_it(shop: InProcessShop) -> None:
    marko = Marko(shop, shop.reset(kind="recurring", trial_days=14)[1])
    marko.start_checkout()
    marko.confirm_card(GOOD)
    [theirs] = shop.stripe_objects().subscriptions.values()
    shop.dashboard("POST", f"payment_methods/{theirs['default_payment_method']}/detach")
    learn(marko)
    marko.open_order()
    shop.reconcile()
    row = marko.subscription
    assert (row.status, row.card_id) == ("trialing", "") and row.card_removed_at is not None
    assert "No card on file." in customers_page(marko)


def test_defect_35_the_default_card_of_the_customer_is_the_one_that_is_charged(shop: InProcessShop) -> None:
    marko = customer_of(shop)
    card, customer = marko.subscription.card_id, marko.subscription.customer_id
    shop.dashboard("POST", f"customers/{customer}", **{"invoice_settings[default_payment_method]": card})
    clear_default_card(marko)
    learn(marko)
    assert marko.subscription.card_id == card
    shop.dashboard("POST", f"customers/{customer}", **{"invoice_settings[default_payment_method]": ""})
    learn(marko)
    assert marko.subscription.card_id == ""


def test_defect_35_a_deleted_customer_leaves_no_card(shop: InProcessShop) -> None:
    marko = customer_of(shop)
    shop.dashboard("DELETE", f"customers/{marko.subscription.customer_id}")
    learn(marko)
    row = marko.subscription
    assert (row.status, row.card_id) == ("canceled", "")
    # A new email address has nowhere to go at Stripe any more.
    order = marko.order
    order.email = "marko@example.org"
    order.save()
    subscriptions.refresh(Subscription.get_by_id(row.id))
    assert marko.subscription.customer_email == "marko@example.org"


def test_defect_35_a_deleted_customer_is_noticed_without_its_event(shop: InProcessShop) -> None:
    marko = customer_of(shop)
    shop.dashboard("DELETE", f"customers/{marko.subscription.customer_id}")
    order = marko.order
    order.email = "marko@example.org"
    order.save()
    shop.reconcile()
    assert (marko.subscription.status, marko.subscription.card_id) == ("canceled", "")


def test_defect_35_events_about_removed_cards_and_customers_are_handled() -> None:
    assert {"payment_method.detached", "customer.updated", "customer.deleted"} <= set(HANDLED_EVENTS)


def subscriptions_invoices(marko: Marko) -> list[object]:
    held = subscriptions.subscription_of_order(marko.order)
    assert held is not None
    return list(held.invoices)


def change_card(marko: Marko, card: str) -> None:
    setup = subscriptions.begin_card_change(marko.subscription)
    merchant = marko.order.merchant
    marko.shop.confirm(merchant.publishable_key, setup.client_secret, card)
    subscriptions.finish_card_change(marko.subscription, setup.id)
