"""The addresses of the pages for everybody and for customers."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from storefront import delivery, emails
from storefront.emails import signed_links
from storefront.models import (
    Deliverable,
    Document,
    EmailChange,
    EmailTopic,
    LegalText,
    Order,
    PaymentRequest,
    now,
    public_id,
)
from tests.browser import ways_to_sell
from tests.browser.every_page.rows import ENDED, CreatedRows
from tests.cast import MARKO

STOPPED = ("asked", "declined", "asked with Link")
BUYER, OWNER = "/my", "/admin"
# Links to files that answer with a page: they have expired, or the order has no access any more.
REFUSED = "/files/"
# Pages for invalid and expired links.
OVER = (f"{OWNER}/invitations/of-last-year", f"{OWNER}/new-password/of-last-year")
NOT_THERE = ("/nowhere", f"{BUYER}/nobody", "/o/last-years-evening", *OVER)


def public_addresses(cast: CreatedRows) -> list[str]:
    """Public pages: offers, orders, and Marko's customer pages."""
    # A draft is a page for admins only.
    slugs = [offer.slug for name, offer in cast.offers.items() if name != "draft"]
    orders = {status: f"/orders/{order.token}" for status, order in cast.orders.items()}
    subscribed_by = {name: f"/orders/{one.order.token}" for name, one in cast.subscriptions.items()}
    keys = {name: emails.make_pay_key(cast.subscriptions[name].order) for name in STOPPED}
    return [
        *("/", NOT_THERE[0], *(f"/o/{slug}" for slug in slugs), *ways_to_sell.addresses(cast.offers)),
        *(*orders.values(), f"{orders['pending']}/pay"),
        *(f"{subscribed_by[name]}/thank-you" for name in ("trial", "plan", "asked")),
        *(f"{subscribed_by[name]}/pay?key={keys[name]}" for name in STOPPED),
        *(f"{subscribed_by['asked']}/pay?key=of-last-year&sent=1", f"{subscribed_by['active']}/pay"),
        *(f"{subscribed_by['ended']}/pay", *_own_pages(cast)),
        *(f"{orders['invoiced']}/documents/{one.number}" for one in Document.of_order(cast.orders["invoiced"])),
        *("/withdraw", "/cancel", *(f"/legal/{text}" for text in LegalText)),
        *(f"{orders[name]}/withdraw" for name in ("returnable", "no right", "withdrawn", "pending", "refunded")),
        *(f"/o/{cast.offers['returnable'].slug}/embed", f"{orders['returnable']}/framed"),
        *(f"/r/{asked.token}" for asked in PaymentRequest.select()),
        *_refused_links(cast.orders["paid"]),
        *(urlsplit(emails.unsubscribe_url(email, EmailTopic.REMINDERS, "en")).path for email in (MARKO.email, ENDED)),
    ]


def _refused_links(order: Order) -> list[str]:
    """Links to a file: one that has expired, and one of an order without access."""
    deliverable = Deliverable.get(Deliverable.kind == "file", Deliverable.offer == order.offer)
    order_of_refund = Order.get(Order.status == "refunded")
    late = delivery.make_link_token(order, deliverable, now() - timedelta(days=3))
    return [f"{REFUSED}{late}", f"{REFUSED}{delivery.make_link_token(order_of_refund, deliverable)}"]


def _own_pages(cast: CreatedRows) -> Iterator[str]:
    yield from (BUYER, NOT_THERE[1], f"{BUYER}/{emails.make_account_token('nobody@example.com')}")
    yield f"{BUYER}/email/{signed_links.make_email_change_token(MARKO.email, 'marko@new.example.com')}"
    change = EmailChange.create(token_hash=public_id(), old="former@example.com", new=MARKO.email)
    yield f"{BUYER}/undo/{signed_links.make_undo_token(change.id)}"
    home = f"{BUYER}/{emails.make_account_token(MARKO.email)}"
    yield f"{BUYER}/{emails.make_account_token(MARKO.email, mailed=False)}/email"
    yield f"{BUYER}/{emails.make_account_token(MARKO.email, mailed_at=now() - timedelta(days=31))}"
    yield from (home, f"{home}/email", f"{home}/receipts/{cast.orders['partially_refunded'].token}")
    held = {name: f"{home}/subscriptions/{one.public_id}" for name, one in cast.subscriptions.items()}
    yield from (held["plan"], held["asked"], held["ended"])
    yield from (f"{held['declined']}/card", f"{held['ending']}/continuation")
    yield from (f"{held['active']}/cancellation", f"{held['plan']}/cancellation", f"{held['switchable']}/switch")
