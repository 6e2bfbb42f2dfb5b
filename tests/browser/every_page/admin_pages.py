"""The addresses of the admin’s pages."""

from collections.abc import Iterable, Iterator

from werkzeug.routing import Rule

from storefront import emails
from storefront.emails import team_links
from storefront.models import (
    Admin,
    AuditEntry,
    Deliverable,
    Document,
    Email,
    EmailKind,
    FoundPayment,
    Invoice,
    Offer,
    PaymentRequest,
    Payout,
    PriceOption,
    PromoCode,
    TeamInvitation,
    WebhookDelivery,
    WebhookEndpoint,
)
from tests.browser.every_page.orders import LONG
from tests.browser.every_page.public_pages import OVER, OWNER
from tests.browser.every_page.rows import MANAGER, CreatedRows
from tests.factories import OWNER_EMAIL

STRIPE = f"{OWNER}/settings/payment-systems/stripe"
# What programs read, files, parts of pages, the page of components, and the sign-in page, which has its own test.
NO_PAGES = (
    *(
        "/healthz",
        "/readyz",
        "/metrics",
        "/api/v1/openapi.json",
        "/robots.txt",
        "/sitemap.xml",
        "/shop.css",
    ),
    *(
        f"{OWNER}/{name}.{kind}"
        for name in ("orders", "customers", "subscriptions", "settings/audit")
        for kind in ("csv", "xlsx")
    ),
    *(f"{OWNER}/money/{name}.{kind}" for name in ("months", "transactions") for kind in ("csv", "xlsx")),
    *(f"{OWNER}/documents/archive.zip", f"{OWNER}/offers/import/template.csv"),
    *(f"{OWNER}/offers/payment-systems", f"{STRIPE}/new/closed", f"{STRIPE}/disconnecting"),
    *(f"{OWNER}/patterns", f"{OWNER}/login"),
)


def signed_out_pages() -> list[str]:
    """Pages of the admin for people who are not signed in."""
    emails.write_password_link(Admin.get(Admin.email == OWNER_EMAIL))
    letter = Email.select().where(Email.kind == EmailKind.PASSWORD_LINK).order_by(Email.id.desc()).get()
    invitation = TeamInvitation.select().order_by(TeamInvitation.id).get()
    return [
        *(f"{OWNER}/login", f"{OWNER}/new-password", *OVER),
        f"{OWNER}/new-password/{team_links.password_token_of(letter)}",
        f"{OWNER}/invitations/{team_links.make_invitation_token(invitation.key)}",
    ]


def other_pages(rules: Iterable[Rule], known: Iterable[str]) -> list[str]:
    """Pages without parameters that `known` lacks, so that a new page is walked without being named here."""
    found = {rule.rule for rule in rules if "GET" in (rule.methods or ()) and not rule.arguments}
    return sorted(found - {address.partition("?")[0] for address in known} - set(NO_PAGES))


def audited_change() -> AuditEntry:
    """An entry of the audit log with values of each kind."""
    return AuditEntry.write(
        actor="admin",
        who="maria@example.com",
        address="203.0.113.7",
        action="changed",
        kind="offer",
        object_id=Offer.get().id,
        label=LONG,
        changes=[
            ["", "amount", "24.90 EUR", "29.90 EUR"],
            ["", "listed", True, False],
            ["", "description", "Three evenings.\nBring a brush.", "Four evenings"],
            ["price_option:Monthly", "", None, True],
            ["price_option:Monthly", "label", None, "Monthly"],
            ["", "redirect_secret_encrypted", "•••", "•••"],
        ],
    )


def admin_addresses(cast: CreatedRows) -> list[str]:
    """Pages of the admin."""
    return [
        *(
            OWNER,
            f"{OWNER}?by=month&month=2020-01",
            f"{OWNER}/start",
            f"{OWNER}/rehearsal",
            f"{OWNER}/rehearsal/removal",
        ),
        *(f"{OWNER}/guide/stripe", f"{OWNER}/doctor"),
        *(f"{OWNER}/account", f"{OWNER}/password", f"{OWNER}/password/confirmation"),
        *_of_offers(cast),
        *_of_orders(cast),
        *_of_subscriptions(cast),
        *_of_customers(cast),
        *_of_documents(cast),
        *(f"{OWNER}/money", f"{OWNER}/money?year=2020", f"{OWNER}/money/payouts/{Payout.get().id}"),
        *_of_emails(),
        *_of_settings(),
        *_of_merchants(cast),
    ]


def _of_offers(cast: CreatedRows) -> Iterator[str]:
    offers = [f"{OWNER}/offers/{cast.offers[name].id}" for name in ("once", "recurring", "plan", "choices", "posted")]
    once, recurring, posted = offers[0], offers[1], offers[-1]
    yield from (
        f"{OWNER}/offers{page}" for page in ("", "/new", "/import", "/export", "?status=archived", "?q=nothing")
    )
    yield from (*offers, f"/o/{cast.offers['draft'].slug}", f"{OWNER}/promo-codes/{PromoCode.get().id}")
    yield from (f"{once}?published=1", f"{recurring}/price-change/new", f"{once}/qr-code/print")
    yield from (f"{once}/funnel", f"{once}/funnel?month=2020-01", f"{posted}/redirect", f"{posted}/redirect/renewal")
    rows = [row.id for row in Deliverable.of_offer(Offer.get_by_id(cast.offers["once"].id))]
    yield from (f"{once}/deliverables/new?kind={kind}" for kind in ("link", "text", "keys"))
    yield from (*(f"{once}/deliverables/{row}" for row in rows), f"{once}/deliverables/{rows[-1]}/removal")
    yield from (f"{once}/files/new", f"{once}/files/{Deliverable.get(Deliverable.kind == 'file').id}/replacement")


def _of_orders(cast: CreatedRows) -> Iterator[str]:
    states = ("paid", "pending", "disputed", "withdrawn", "with choices", "moved", "to send", "sent", "paid outside")
    orders = {state: f"{OWNER}/orders/{cast.orders[state].token}" for state in states}
    queries = ("", "?q=nobody", "?status=pending", "?q=nobody&status=paid", "?status=to_send")
    yield from (*(f"{OWNER}/orders{query}" for query in queries), f"{OWNER}/orders/abandoned", *orders.values())
    yield from (f"{OWNER}/orders/export?q=a", f"{OWNER}/orders/packing-list?status=to_send")
    yield from (f"{orders['paid']}/refunds/new", f"{orders['pending']}/mark-as-paid")
    yield from (f"{orders['to send']}/shipment", f"{orders['sent']}/shipment")
    yield f"{orders['paid outside']}/mark-as-refunded"
    yield from (f"{OWNER}/found-payments", f"{OWNER}/found-payments/{FoundPayment.get().id}/dismissal")
    asked = PaymentRequest.get().token
    yield from (f"{OWNER}/payment-requests?created={asked}", f"{OWNER}/payment-requests?q=nobody")
    yield from (f"{OWNER}/payment-requests/{asked}/{action}" for action in ("cancel", "mark-as-paid"))


def _of_customers(cast: CreatedRows) -> Iterator[str]:
    customer = f"{OWNER}/customers/{cast.subscriptions['active'].order.token}"
    yield from (
        f"{OWNER}/customers",
        customer,
        f"{customer}/link",
        f"{customer}/email",
        f"{OWNER}/customers/export?q=a",
    )
    yield from (f"{OWNER}/customers?status=paid&offer={cast.offers['once'].id}", f"{OWNER}/customers/erasure")
    yield from (f"{OWNER}/customers/{cast.orders[status].token}/erasure" for status in ("pending", "disputed"))


def _of_documents(cast: CreatedRows) -> Iterator[str]:
    numbers = [document.number for document in Document.of_order(cast.orders["invoiced"])]
    yield from (f"{OWNER}/documents{page}" for page in ("", "?q=nobody", "/numbers", "/undecided"))
    yield from (f"{OWNER}/documents/{number}" for number in (*numbers, f"{numbers[-1]}/correct"))


def _of_emails() -> Iterator[str]:
    yield from (f"{OWNER}/emails", f"{OWNER}/emails/{Email.select().order_by(Email.id).get().id}")
    # The email about a second account.
    yield f"{OWNER}/emails/{Email.get(Email.kind == EmailKind.OWNER_SECOND_ACCOUNT).id}"
    words = ("", "/renewal_declined/uk", "/receipt/en/original", "/receipt/en/preview")
    yield from (f"{OWNER}/emails/words{page}" for page in words)


def _of_settings() -> Iterator[str]:
    endpoint = f"/webhooks/{WebhookEndpoint.get().public_id}"
    pages = ["", "/shop", "/legal", "/limits", "/payment-systems", "/email", "/email/domain"]
    pages += ["/api", "/webhooks", "/webhooks/new", endpoint, f"{endpoint}/secret", f"{endpoint}/removal"]
    pages += [f"/webhooks/deliveries/{WebhookDelivery.get().id}", "/notifications", "/notifications/removal"]
    pages += ["/team", f"/team/{Admin.get(Admin.email == MANAGER).id}/removal"]
    pages += ["/audit", "/audit?q=nothing", "/audit/export", f"/audit/{audited_change().id}"]
    yield from (f"{OWNER}/settings{page}" for page in pages)


def _of_merchants(cast: CreatedRows) -> Iterator[str]:
    merchant = f"/{cast.offers['once'].merchant.public_id}"
    pages = ["", "/new", "?q=nobody", "?state=disconnected"]
    rooms = ("", "/edit", "/webhook", "/disconnection", "/offers-move")
    rooms += ("/subscriptions-import", "/subscriptions-import/progress")
    yield from (f"{STRIPE}{page}" for page in (*pages, *(f"{merchant}{room}" for room in rooms)))
    # An offer with a second account, and the card of the first one while it is away.
    moved = cast.orders["moved"].offer
    yield from (f"{OWNER}/offers/{moved.id}", f"{STRIPE}/{moved.merchant.public_id}")


def _other_plan(cast: CreatedRows) -> PriceOption:
    return PriceOption.of_offer(cast.offers["plans"])[1]


def _of_subscriptions(cast: CreatedRows) -> Iterator[str]:
    room = f"{OWNER}/subscriptions"
    yield from (room, f"{room}?q=nobody", f"{room}/export?q=a", f"{room}/needs-authentication", f"{room}/needs-card")
    for name in ("plan", "asked", "ended"):
        yield f"{room}/{cast.subscriptions[name].public_id}"
    active = cast.subscriptions["active"]
    for question in ("cancellation/new", "pause/new", "price/new"):
        yield f"{room}/{active.public_id}/{question}"
    yield f"{room}/{cast.subscriptions['trial'].public_id}/trial/new"
    yield f"{room}/{cast.subscriptions['switchable'].public_id}/plan/new?plan={_other_plan(cast).id}"
    yield f"{room}/{cast.subscriptions['asked'].public_id}/pay-link"
    yield f"{OWNER}/invoices/{Invoice.all_of(active)[0].public_id}/refunds/new"
