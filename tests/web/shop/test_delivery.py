"""What customers get for what they have paid: links, texts and license keys, until the money goes back."""

import html
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import customers, delivery, emails, payments, settings
from storefront.db import connection
from storefront.delivery import DeliverableFields
from storefront.errors import OfferNotPayable
from storefront.models import (
    AccessEnd,
    Deliverable,
    DeliverableKind,
    Dispute,
    Email,
    EmailKind,
    LicenseKey,
    Merchant,
    Offer,
    Order,
    Payment,
    PriceOption,
    PromoCode,
    Subscription,
    TimelineKind,
    now,
)
from storefront.offers import OptionFields
from storefront.payments import CheckoutRequest
from storefront.pricing import Choice
from tests.cards import GOOD
from tests.cast import IVAN, LESIA, MARKO, OLHA
from tests.factories import make_offer
from tests.purchase_steps import buy, confirm, refresh, start_checkout, timeline_kinds
from tests.simulator_process import Simulator
from tests.subscription_steps import subscribe
from tests.web.admin_pages import text_of
from tests.web.query_count import queries_of
from tests.web_client import browser

KEYS = ("AAAA-0001", "AAAA-0002", "AAAA-0003")
LINK, TEXT = "https://videos.example.com/watercolor?part=1&set=2", "Bring **two** brushes"


def add(offer: Offer, kind: str, title: str = "Something", **fields: object) -> Deliverable:
    """Let the offer deliver something."""
    row, _added = delivery.add_deliverable(offer, DeliverableKind(kind), DeliverableFields(title, **fields))  # type: ignore[arg-type]
    offer.__data__.update(Offer.get_by_id(offer.id).__data__)
    return row


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    """It delivers three keys, a link and a text."""
    offer = make_offer(merchant, max_quantity=3)
    add(offer, "keys", "Program", keys="\n".join(KEYS))
    add(offer, "link", "Recordings", url=LINK)
    add(offer, "text", "Before you come", text=TEXT)
    return offer


def keys_of(order: Order) -> list[str]:
    given = LicenseKey.select().where(LicenseKey.order == order, LicenseKey.given_at.is_null(False))
    return [key.value for key in given.order_by(LicenseKey.id)]


def receipt_of(order: Order, kind: EmailKind = EmailKind.RECEIPT) -> emails.RenderedEmail:
    return emails.render(Email.get(Email.order == order, Email.kind == kind), "en")


def shown(page: str) -> list[str]:
    """Which of the three things the page shows."""
    return [
        name
        for name, sign in (("key", KEYS[0]), ("link", html.escape(LINK)), ("text", "two</strong> brushes"))
        if sign in page
    ]


ALL = ["key", "link", "text"]


def test_the_thank_you_page_and_the_receipt_have_what_was_bought(
    client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    order = buy(offer, simulator)
    page = client.get(f"/orders/{order.token}/thank-you").text
    assert shown(page) == ALL
    assert f'href="{html.escape(LINK)}" target="_blank" rel="noopener noreferrer"' in page
    assert "<strong>two</strong> brushes" in page and 'data-copy="AAAA-0001"' in page
    assert "AAAA-0002" not in page and keys_of(order) == ["AAAA-0001"]
    receipt = receipt_of(order)
    assert shown(receipt.html) == ALL and "AAAA-0002" not in receipt.html
    assert all(sign in receipt.text for sign in (KEYS[0], LINK, TEXT))


def test_the_account_page_has_what_was_bought_and_nobody_else_sees_it(
    client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    order, other = buy(offer, simulator), buy(offer, simulator, LESIA)
    assert shown(client.get(f"/my/{emails.make_account_token(order.email)}").text) == ALL
    theirs = client.get(f"/my/{emails.make_account_token(other.email)}").text
    assert KEYS[0] not in theirs and KEYS[1] in theirs
    assert KEYS[0] not in client.get(f"/orders/{other.token}/thank-you").text


def test_each_unit_gets_a_key(offer: Offer, simulator: Simulator, client: FlaskClient) -> None:
    order = buy(offer, simulator, replace(MARKO, choice=Choice(quantity=3)))
    assert keys_of(order) == list(KEYS)
    assert "Sold out" in client.get(f"/o/{offer.slug}").text
    with pytest.raises(OfferNotPayable) as refused:
        start_checkout(offer, IVAN)
    assert refused.value.reason == "sold_out"


def test_an_unpaid_order_holds_its_keys_until_it_expires(offer: Offer, simulator: Simulator) -> None:
    held = start_checkout(offer, replace(OLHA, choice=Choice(quantity=2))).order
    with pytest.raises(OfferNotPayable) as refused:
        start_checkout(offer, replace(IVAN, choice=Choice(quantity=2)))
    assert refused.value.reason == "taken"
    # With fewer units it gives keys back, and an expired order gives back all.
    start_checkout(offer, replace(OLHA, choice=Choice(quantity=1)))
    assert LicenseKey.select().where(LicenseKey.order == held).count() == 1
    payments.expire_order(Order.get_by_id(held.id))
    assert not LicenseKey.select().where(LicenseKey.order.is_null(False)).exists()
    assert keys_of(buy(offer, simulator, replace(IVAN, choice=Choice(quantity=3)))) == list(KEYS)


def test_a_late_payment_without_a_key_left_is_refunded(offer: Offer, simulator: Simulator) -> None:
    late = start_checkout(offer, replace(IVAN, choice=Choice(quantity=3)))
    confirm(simulator, late)
    Order.update(status="expired").where(Order.id == late.order.id).execute()
    buy(offer, simulator)
    order = refresh(late.order)
    assert "sold_out" in timeline_kinds(order) and keys_of(order) == []
    assert not delivery.delivered(order).bought
    assert LicenseKey.select().where(LicenseKey.order.is_null()).count() == 2


def test_twenty_buyers_at_once_get_a_key_each_and_the_others_hear_it_first(
    app: Flask, merchant: Merchant, simulator: Simulator
) -> None:
    offer = make_offer(merchant)
    add(offer, "keys", keys="\n".join(f"KEY-{number}" for number in range(12)))

    def press_pay(number: int) -> int:
        with app.app_context(), connection():
            form = {"email": f"buyer{number}@example.com", "name": "Buyer", "visit": f"visit-of-buyer-{number:04}"}
            answer = browser(app).post(f"/o/{offer.slug}/checkout", data=form)
            if answer.status_code == 200:
                simulator.confirm(merchant.publishable_key, answer.json["client_secret"], GOOD)
                browser(app).get(f"/orders/{answer.json['order']}")
            return answer.status_code

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(press_pay, range(20)))
    assert (answers.count(200), answers.count(503)) == (12, 8)
    paid = list(Order.select().where(Order.status == "paid"))
    assert len(paid) == 12 and len({key for order in paid for key in keys_of(order)}) == 12


def test_a_full_refund_takes_everything_away_and_the_key_is_not_given_again(
    client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    order = buy(offer, simulator)
    payments.request_refund(order, order.amount // 2, "requested_by_customer", "half")
    assert shown(client.get(f"/orders/{order.token}").text) == ALL
    payments.request_refund(order, order.amount - order.amount // 2, "requested_by_customer", "rest")
    page = client.get(f"/orders/{order.token}").text
    assert shown(page) == [] and "no longer available" in page
    assert shown(client.get(f"/my/{emails.make_account_token(order.email)}").text) == []
    assert shown(receipt_of(order).html) == []
    assert keys_of(buy(offer, simulator, LESIA)) == ["AAAA-0002"] and keys_of(order) == ["AAAA-0001"]


def test_a_lost_dispute_takes_it_away_and_an_open_or_won_one_does_not(
    client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    order = buy(offer, simulator)
    Order.update(status="disputed").where(Order.id == order.id).execute()
    dispute = Dispute.create(
        order=order, payment=Payment.get(), dispute_id="du_1", amount=1999, currency="EUR", status="needs_response"
    )
    assert shown(client.get(f"/orders/{order.token}").text) == ALL
    Dispute.update(status="lost").where(Dispute.id == dispute.id).execute()
    assert shown(client.get(f"/orders/{order.token}").text) == []


def test_a_withdrawal_takes_it_away(client: FlaskClient, merchant: Merchant, simulator: Simulator) -> None:
    offer = make_offer(merchant, withdrawal_days=14)
    add(offer, "link", url=LINK)
    order = buy(offer, simulator)
    customers.withdraw(order)
    page = client.get(f"/orders/{order.token}/thank-you").text
    assert LINK not in html.unescape(page) and "You withdrew from this contract" in text_of(page)


def test_price_options_deliver_what_belongs_to_them(merchant: Merchant, simulator: Simulator) -> None:
    offer = make_offer(merchant, option_label="Basic", options=(OptionFields("options-0", "Full", "30.00"),))
    basic, full = PriceOption.of_offer(offer)
    add(offer, "link", "For all", url=LINK)
    add(offer, "keys", "For full", keys="FULL-1", option_id=full.id)
    cheap = buy(offer, simulator, replace(MARKO, choice=Choice(option=basic.id)))
    assert [item.deliverable.title for item in delivery.delivered(cheap).items] == ["For all"]
    dear = buy(offer, simulator, replace(LESIA, choice=Choice(option=full.id)))
    assert [item.deliverable.title for item in delivery.delivered(dear).items] == ["For all", "For full"]
    with pytest.raises(OfferNotPayable):
        start_checkout(offer, replace(IVAN, choice=Choice(option=full.id)))
    start_checkout(offer, replace(IVAN, choice=Choice(option=basic.id)))


def test_later_things_reach_subscribers_and_earlier_buyers_only_where_the_owner_says_so(
    merchant: Merchant, offer: Offer, simulator: Simulator
) -> None:
    order = buy(offer, simulator)
    club = make_offer(merchant, title="Club", slug="club", kind="recurring")
    add(club, "link", "January", url=LINK)
    member = subscribe(club, simulator).order
    for one in (offer, club):
        add(one, "link", "February", url=LINK)
    add(offer, "link", "A present", url=LINK, for_earlier=True)

    def titles(order: Order) -> list[str]:
        return [item.deliverable.title for item in delivery.delivered(Order.by_token(order.token)).items]  # type: ignore[arg-type]

    assert titles(order) == ["Program", "Recordings", "Before you come", "A present"]
    assert titles(member) == ["January", "February"]
    customers.announce_deliverables()
    customers.announce_deliverables()
    told = Email.select().where(Email.kind == EmailKind.DELIVERY_CHANGED)
    assert [email.order_id for email in told] == [order.id]
    delivery.remove_deliverable(Deliverable.get(Deliverable.title == "Recordings"))
    assert "Recordings" in titles(order)


def test_a_subscription_gives_access_while_it_runs_for_a_grace_time_and_until_its_paid_end(
    merchant: Merchant, simulator: Simulator
) -> None:
    offer = make_offer(merchant, kind="recurring")
    add(offer, "link", url=LINK)
    subscription = subscribe(offer, simulator)
    order = Order.by_token(subscription.order.token)
    assert order is not None

    def state(**columns: object) -> str | None:
        if columns:
            Subscription.update(**columns).where(Subscription.id == subscription.id).execute()
        return delivery.delivered(order).no_access

    assert state() is None
    days = settings.current().access_grace_days
    assert state(status="past_due", period_end=now() - timedelta(days=days - 1)) is None
    assert state(period_end=now() - timedelta(days=days + 1)) == "overdue"
    assert state(status="active") is None
    paid_until = subscription.invoices[0].period_end
    assert paid_until is not None and paid_until > now()
    assert state(status="canceled") is None
    delivery.set_access_end(offer, AccessEnd.AT_ONCE)
    order.reload()
    assert state() == "ended"


def test_a_free_order_a_trial_and_a_plan_deliver_from_their_beginning(
    merchant: Merchant, simulator: Simulator, client: FlaskClient
) -> None:
    for number, terms in enumerate(
        ({"kind": "recurring", "trial_days": 14}, {"kind": "plan", "instalments": 3, "price": "90"})
    ):
        offer = make_offer(merchant, slug=f"offer-{number}", **terms)  # type: ignore[arg-type]
        add(offer, "keys", keys=f"KEY-{number}")
        order = subscribe(offer, simulator).order
        assert keys_of(order) == [f"KEY-{number}"]
    kinds = [email.kind for email in Email.select() if f"KEY-{0}" in emails.render(email, "en").text]
    assert kinds == [EmailKind.TRIAL_STARTED]
    free = make_offer(merchant, slug="free")
    add(free, "keys", keys="FREE-1")
    PromoCode.create(code="GIFT", percent=10_000)
    form = {"email": "marko@example.com", "name": "Marko", "visit": "visit-of-marko-0009", "code": "GIFT"}
    assert client.post("/o/free/checkout", data=form).status_code == 200
    order = Order.get(Order.offer == free)
    assert (order.status, keys_of(order)) == ("paid", ["FREE-1"])


def test_the_owner_hears_of_few_keys_once_and_again_after_more(
    admin: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    settings.save({"keys_low": 2})
    offer = make_offer(merchant)
    row = add(offer, "keys", "Program", keys="1\n2\n3\n4")

    def told() -> list[str]:
        kinds = (EmailKind.OWNER_KEYS_LOW, EmailKind.OWNER_KEYS_OUT)
        return [
            email.kind.removeprefix("owner_keys_")
            for email in Email.select().where(Email.kind.in_(kinds)).order_by(Email.id)
        ]

    def sell(number: int) -> None:
        buy(offer, simulator, CheckoutRequest(f"b{number}@example.com", "B", f"visit-number-{number:05}", "en"))

    sell(1)
    assert told() == [] and "License keys" not in admin.get("/admin").text
    sell(2)
    sell(3)
    assert told() == ["low"] and "License keys are running low" in admin.get("/admin").text
    sell(4)
    assert (
        told() == ["low", "out"]
        and "No license keys left" in emails.render(Email.get(kind="owner_keys_out"), "en").subject
    )
    delivery.add_keys(row, ["5", "6", "7"])
    assert "License keys" not in admin.get("/admin").text
    sell(5)
    assert told() == ["low", "out", "low"]


def test_pages_of_orders_ask_the_database_little(
    client: FlaskClient, merchant: Merchant, offer: Offer, simulator: Simulator
) -> None:
    plain = buy(make_offer(merchant, slug="plain"), simulator, LESIA)
    order = buy(offer, simulator)
    for page in (f"/orders/{plain.token}/thank-you", f"/orders/{order.token}/thank-you", f"/o/{offer.slug}"):
        client.get(page)
    # What the offer delivers, with the delivery and its keys.
    without = queries_of(client, f"/orders/{plain.token}/thank-you")
    assert queries_of(client, f"/orders/{order.token}/thank-you") == without + 1
    assert queries_of(client, f"/o/{offer.slug}") == 1


def test_nothing_is_readable_without_the_orders_address(
    offer: Offer, client: FlaskClient, simulator: Simulator
) -> None:
    order = buy(offer, simulator)
    guesses = (str(order.number), str(order.id), order.token[:-1], order.token + "a", "x" * len(order.token))
    for guess in guesses:
        for page in ("", "/thank-you", "/pay"):
            assert client.get(f"/orders/{guess}{page}").status_code == 404
    for address in (f"/o/{offer.slug}", "/", f"/o/{offer.slug}/embed"):
        assert shown(client.get(address).text) == []
    pending = start_checkout(offer, LESIA).order
    assert KEYS[1] not in client.get(f"/orders/{pending.token}").text + client.get(f"/orders/{pending.token}/pay").text


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ({"intent": "pi_1", "amount": 1999}, "It is refunded automatically."),
        ({"intent": "seti_1", "amount": 0}, "Nothing was charged, and the subscription is canceled."),
        ({"amount": 0}, "the customer got nothing. Nothing was charged."),
        ({"amount": 1999}, "€19.99 was paid outside of Stripe: refund it the way it was paid"),
    ],
)
def test_the_owner_reads_what_happens_to_the_money_of_an_order_that_nothing_was_left_for(
    admin: FlaskClient, offer: Offer, simulator: Simulator, detail: dict[str, object], words: str
) -> None:
    order = buy(offer, simulator)
    order.note(TimelineKind.SOLD_OUT, **detail)
    page = text_of(admin.get(f"/admin/orders/{order.token}").text)
    assert words in page and ("refunded automatically" in page) == (detail.get("intent") == "pi_1")
