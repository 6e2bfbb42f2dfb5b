"""Fail-over between merchants: new orders go to the second payment system of their offer while the first is away."""

from collections.abc import Iterator

import pytest

from storefront import db, merchants, payments
from storefront.models import Email, Merchant, Offer, Order, Payment, PromoCode, Subscription
from storefront.worker import tasks
from stripe_simulator import accounts
from stripe_simulator.keys import Realm
from tests.cards import GOOD
from tests.factories import connect_merchant
from tests.money.buyer import Marko, signed_in_owner
from tests.money.in_process_shop import InProcessShop
from tests.web.admin_pages import text_of

OLENA = f"accounts/{accounts.OLENA.id}"
MINUTE = 60


@pytest.fixture
def shop(shared_shop: InProcessShop) -> Iterator[InProcessShop]:
    """The shared shop without faults."""
    shared_shop.clear_faults()
    with db.connection():
        yield shared_shop


def offer_with_two(shop: InProcessShop, **terms: object) -> Marko:
    """A buyer of an offer with Olena's account, and Taras's as the second one."""
    _first, offer = shop.reset(**terms)
    offer.second_merchant = connect_merchant(accounts.TARAS)
    offer.save()
    return Marko(shop, Offer.get_by_id(offer.id))


@pytest.fixture
def marko(shop: InProcessShop) -> Marko:
    return offer_with_two(shop)


def go_away(shop: InProcessShop, kind: str = "drop_before", account: str = "olena") -> None:
    """Stripe can't be reached for this account."""
    shop.control("faults", kind=kind, account=account, times=100_000)


def come_back(shop: InProcessShop) -> None:
    shop.clear_faults()
    shop.advance_clock(MINUTE)
    shop.run(tasks.watch_outages)


def paid_account(order: Order) -> str:
    """The account whose money it is, at Stripe and in the shop's rows."""
    succeeded = [payment for payment in Payment.select().where(Payment.order == order) if payment.has_succeeded]
    assert len(succeeded) == 1 and succeeded[0].merchant_id == order.merchant_id
    return order.merchant.stripe_account_id or ""


def money_at_stripe(shop: InProcessShop) -> list[tuple[str, int]]:
    """What succeeded at Stripe, by account."""
    found = []
    for account in (accounts.OLENA, accounts.TARAS):
        for intent in shop.stripe.store.all(Realm(account, livemode=False), "payment_intent"):
            if intent["status"] == "succeeded":
                found.append((account.id, intent["amount_received"]))
    return found


def owner_emails() -> list[str]:
    return [email.kind for email in Email.select().where(Email.kind.startswith("owner_")).order_by(Email.id)]


def keys_on_page(marko: Marko) -> str:
    return marko.open(f"/o/{marko.offer.slug}").text.split('data-key="')[1].split('"')[0]


@pytest.mark.parametrize(
    "settings", [{"charges_enabled": False}, {"deauthorized": True}, {"expired": ["first"]}], ids=lambda one: min(one)
)
def test_an_order_moves_at_once_when_the_first_account_refuses(
    shop: InProcessShop, marko: Marko, settings: dict[str, object]
) -> None:
    first, second = marko.offer.merchant, marko.offer.second_merchant
    assert first is not None and second is not None
    assert keys_on_page(marko) == first.publishable_key
    shop.control(OLENA, **settings)
    answer = marko.start_checkout(publishable_key=first.publishable_key)
    assert answer.status_code == 200, answer.text
    assert answer.json["publishable_key"] == second.publishable_key, "the page mounts new fields"
    again = marko.start_checkout(publishable_key=second.publishable_key)
    assert again.json["client_secret"] == answer.json["client_secret"] and "publishable_key" not in again.json
    marko.confirm_card(GOOD)
    marko.open_order()
    assert marko.order.status == "paid" and paid_account(marko.order) == accounts.TARAS.id
    assert money_at_stripe(shop) == [(accounts.TARAS.id, 1999)]
    assert keys_on_page(marko) == second.publishable_key, "the cached page follows"


def test_the_owner_is_told_once_and_orders_say_which_account_was_paid(shop: InProcessShop, marko: Marko) -> None:
    owner = signed_in_owner(shop)
    shop.control(OLENA, charges_enabled=False)
    marko.buy()
    other = Marko(shop, marko.offer, visit="visit-of-lesia-0001")
    other.buy()
    for _ in range(3):
        shop.run_worker()
        shop.run(tasks.watch_outages)
        shop.advance_clock(MINUTE)
    assert owner_emails().count("owner_second_account") == 1
    email = Email.get(Email.kind == "owner_second_account")
    assert email.detail["title"] == "Olena's studio" and "Taras's studio" in email.detail["second"]
    page = text_of(owner.get(f"/admin/orders/{marko.token}").text)
    assert "Payment closed: account can’t take payments." in page
    assert "Moved from" in page and "Taras's studio" in page


def test_emails_say_which_account_was_paid(shop: InProcessShop) -> None:
    marko = offer_with_two(shop, statement_descriptor_suffix="LAMP")
    marko.buy()
    shop.control(OLENA, charges_enabled=False)
    Marko(shop, Offer.get_by_id(marko.offer.id), visit="visit-of-lesia-0001").buy()
    shop.run_worker()
    told = (("Olena's studio", "OLENA* LAMP"), ("Taras's studio", "TARAS* LAMP"))
    for order, (account, statement) in zip(Order.select().order_by(Order.id), told, strict=True):
        sent = {email.kind: text_of(email.html) for email in Email.select().where(Email.order == order)}
        assert f"Stripe account {account}" in sent["owner_sale"]
        assert f"On your statement {statement}" in sent["receipt"]


def test_orders_go_back_by_themselves_when_the_first_account_takes_payments_again(
    shop: InProcessShop, marko: Marko
) -> None:
    shop.control(OLENA, charges_enabled=False)
    marko.buy()
    shop.run_worker()
    shop.control(OLENA, charges_enabled=None)
    shop.advance_clock(MINUTE)
    shop.run(tasks.watch_outages)
    assert Merchant.get(Merchant.stripe_account_id == accounts.OLENA.id).unavailable_because == ""
    other = Marko(shop, Offer.get_by_id(marko.offer.id), visit="visit-of-lesia-0001")
    assert paid_account(other.buy()) == accounts.OLENA.id


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "error_before", "error_after"])
@pytest.mark.parametrize("terms", [{}, {"kind": "recurring", "trial_days": 14}], ids=["one-off", "trial"])
def test_new_orders_move_after_a_minute_without_an_answer(
    shop: InProcessShop, kind: str, terms: dict[str, object]
) -> None:
    marko = offer_with_two(shop, **terms)
    go_away(shop, kind)
    assert marko.start_checkout().status_code == 503, "it may be a moment only"
    shop.advance_clock(MINUTE / 2)
    assert marko.start_checkout().status_code == 503
    shop.advance_clock(MINUTE)
    assert marko.start_checkout().status_code == 200
    marko.confirm_card(GOOD)
    marko.open_order()
    assert marko.order.status == "paid" and marko.order.merchant.stripe_account_id == accounts.TARAS.id
    come_back(shop)
    assert Merchant.get(Merchant.stripe_account_id == accounts.OLENA.id).unavailable_because == ""
    shop.advance_clock(2 * MINUTE)
    shop.deliver_webhooks()
    shop.run_worker()
    for row in shop.at_stripe("payment_intent").values():
        assert row["status"] == "canceled", "nobody can pay what was left behind"
    for row in shop.at_stripe("subscription").values():
        assert row["status"] in ("canceled", "incomplete_expired")
    assert not Payment.select().where(Payment.end_reason == "moved").exists()
    assert money_at_stripe(shop) == ([] if terms else [(accounts.TARAS.id, 1999)])


def test_an_order_whose_client_secret_was_sent_stays_with_its_account(shop: InProcessShop, marko: Marko) -> None:
    secret = marko.start_checkout().json["client_secret"]
    go_away(shop)
    marko.start_checkout()
    shop.advance_clock(2 * MINUTE)
    assert marko.start_checkout().status_code == 503
    other = Marko(shop, marko.offer, visit="visit-of-lesia-0001")
    assert paid_account(other.buy()) == accounts.TARAS.id, "new orders go to the second account"
    assert marko.start_checkout().status_code == 503
    come_back(shop)
    assert marko.start_checkout().json["client_secret"] == secret
    marko.confirm_card(GOOD)
    marko.open_order()
    assert paid_account(marko.order) == accounts.OLENA.id
    assert money_at_stripe(shop) == [(accounts.OLENA.id, 1999), (accounts.TARAS.id, 1999)]


def test_an_order_that_began_at_the_second_account_stays_there(shop: InProcessShop, marko: Marko) -> None:
    shop.control(OLENA, charges_enabled=False)
    secret = marko.start_checkout().json["client_secret"]
    shop.run_worker()
    shop.control(OLENA, charges_enabled=None)
    merchants.update_account(Merchant.get_by_id(marko.offer.merchant_id))
    assert keys_on_page(marko) != marko.order.merchant.publishable_key, "new orders go to the first one again"
    answer = marko.start_checkout(publishable_key=keys_on_page(marko))
    assert answer.json["client_secret"] == secret
    assert answer.json["publishable_key"] == marko.order.merchant.publishable_key
    marko.confirm_card(GOOD)
    marko.open_order()
    assert paid_account(marko.order) == accounts.TARAS.id


def test_subscriptions_stay_where_they_began(shop: InProcessShop) -> None:
    marko = offer_with_two(shop, kind="recurring")
    subscription = marko.subscribe()
    shop.control(OLENA, charges_enabled=False)
    other = Marko(shop, marko.offer, visit="visit-of-lesia-0001")
    other.subscribe()
    shop.control(OLENA, charges_enabled=None)
    shop.run(tasks.watch_outages)
    marko.renew("succeeds")
    by_account = {one.merchant.stripe_account_id for one in Subscription.select()}
    assert by_account == {accounts.OLENA.id, accounts.TARAS.id}
    renewed = Payment.select().where(Payment.order == subscription.order, Payment.kind == "renewal").get()
    assert renewed.merchant_id == subscription.merchant_id == marko.offer.merchant_id


def test_refunds_go_to_the_account_that_was_paid(shop: InProcessShop, marko: Marko) -> None:
    shop.control(OLENA, charges_enabled=False)
    order = marko.buy()
    payments.request_refund(order, 500, "requested_by_customer", "key-1")
    refunds = shop.stripe.store.all(Realm(accounts.TARAS, livemode=False), "refund")
    assert [refund["amount"] for refund in refunds] == [500]


def test_codes_disputes_and_withdrawals_of_an_order_are_at_the_account_that_was_paid(shop: InProcessShop) -> None:
    marko = offer_with_two(shop, withdrawal_days=14)
    PromoCode.create(code="FRIENDS", percent=1_000)
    shop.control(OLENA, charges_enabled=False)
    assert marko.start_checkout(code="FRIENDS").status_code == 200
    marko.confirm_card(GOOD)
    marko.open_order()
    assert (marko.order.status, marko.order.code) == ("paid", "FRIENDS")
    assert money_at_stripe(shop) == [(accounts.TARAS.id, 1799)]
    for control, more, status in (("disputes", {}, "disputed"), ("disputes/stage", {"stage": "won"}, "paid")):
        shop.control(control, payment_intent=marko.intent, **more)
        shop.deliver_webhooks()
        shop.run_worker()
        assert marko.order.status == status
    answer = shop.request("POST", f"/orders/{marko.token}/withdraw", data={"reason": "It doesn’t fit."})
    assert answer is not None and answer.status_code == 303 and marko.order.is_withdrawn
    payments.request_refund(marko.order, 1799, "requested_by_customer", "key-1")
    at_second = shop.at_stripe("refund", accounts.TARAS)
    assert [one["amount"] for one in at_second.values()] == [1799] and not shop.at_stripe("refund")
    assert marko.order.status == "refunded"


def test_without_a_second_account_nothing_moves(shop: InProcessShop) -> None:
    marko = Marko(shop, shop.reset()[1])
    connect_merchant(accounts.TARAS)
    go_away(shop)
    for _ in range(3):
        assert marko.start_checkout().status_code == 503
        shop.advance_clock(MINUTE)
    come_back(shop)
    assert paid_account(marko.buy()) == accounts.OLENA.id
    assert owner_emails().count("owner_second_account") == 0
