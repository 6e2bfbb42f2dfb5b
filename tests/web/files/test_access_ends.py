"""When access ends, everything that was given out before is closed: pages, links in emails, signed links to files."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import customers, delivery, emails, payments
from storefront.delivery import DeliverableFields
from storefront.models import AccessEnd, DeliverableKind, Dispute, Email, Merchant, Order, Payment, Subscription, now
from tests.delivered_files import deliver, stored
from tests.factories import make_offer
from tests.purchase_steps import buy
from tests.simulator_process import Simulator
from tests.subscription_steps import subscribe
from tests.web.admin_pages import text_of
from tests.web.files.test_downloads import item_of, link_of

LINK, KEY = "https://videos.example.com/part-1", "WATERCOLOR-0001"


def refund(order: Order) -> None:
    payments.request_refund(order, order.amount, "requested_by_customer", "all")


def lose_dispute(order: Order) -> None:
    Order.update(status="disputed").where(Order.id == order.id).execute()
    values = {"dispute_id": "du_1", "amount": order.amount, "currency": order.currency, "status": "lost"}
    Dispute.create(order=order, payment=Payment.get(), **values)


def end_subscription(order: Order) -> None:
    delivery.set_access_end(order.offer, AccessEnd.AT_ONCE)
    Subscription.update(status="canceled").where(Subscription.order == order).execute()


def stop_paying(order: Order) -> None:
    ended = now() - timedelta(days=8)
    Subscription.update(status="past_due", period_end=ended).where(Subscription.order == order).execute()


@pytest.mark.parametrize(
    ("end", "recurs", "words"),
    [
        (refund, False, "was refunded"),
        (lose_dispute, False, "no longer available"),
        (customers.withdraw, False, "You withdrew from this contract"),
        (end_subscription, True, "no longer available"),
        (stop_paying, True, "once the open payment is made"),
    ],
)
def test_whatever_was_given_out_is_closed(
    end: Callable[[Order], object],
    recurs: bool,
    words: str,
    app: Flask,
    client: FlaskClient,
    merchant: Merchant,
    simulator: Simulator,
) -> None:
    offer = make_offer(merchant, withdrawal_days=14, kind="recurring" if recurs else "one_off")
    deliver(offer, stored())
    delivery.add_deliverable(offer, DeliverableKind.LINK, DeliverableFields("Recordings", url=LINK))
    delivery.add_deliverable(offer, DeliverableKind.KEYS, DeliverableFields("Program", keys=KEY))
    order = subscribe(offer, simulator).order if recurs else buy(offer, simulator)
    order = Order.get_by_id(order.id)
    signed = link_of(client, order)
    account = f"/my/{emails.make_account_token(order.email)}"
    # The addresses that the receipt has given out.
    receipt = emails.render(Email.get(Email.order == order, Email.kind == "receipt"), "en").text
    mailed = set(re.findall(r"https?://[^/\s]+(/(?:orders|my)/[^\s)>]+)", receipt))
    pages = {f"/orders/{order.token}", f"/orders/{order.token}/thank-you", account}
    file = f"/orders/{order.token}/files/{item_of(order)}"
    assert client.get(signed).status_code == 200

    def shown(page: str) -> bool:
        text = client.get(page, follow_redirects=True).text
        return LINK in text or KEY in text or file in text

    assert all(shown(page) for page in pages) and any(shown(page) for page in mailed)
    end(order)
    assert not [page for page in pages | mailed if shown(page)]
    assert words in text_of(client.get(f"/orders/{order.token}/thank-you", follow_redirects=True).text)
    refused = client.get(signed)
    assert refused.status_code == 403 and "no longer available" in refused.text
    assert client.get(signed, headers={"Range": "bytes=5-"}).status_code == 403
    assert client.get(file).status_code == 302 and client.get(file).location == f"/orders/{order.token}"
