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
    merchant = cast.offers["once"].merchant.public_id
    offers = [f"{OWNER}/offers/{cast.offers[name].id}" for name in ("once", "recurring", "plan", "choices")]
    states = ("paid", "pending", "disputed", "withdrawn", "with choices", "moved", "to send", "sent")
    orders = [f"{OWNER}/orders/{cast.orders[status].token}" for status in states]
    customer = f"{OWNER}/customers/{cast.subscriptions['active'].order.token}"
    endpoint = f"/webhooks/{WebhookEndpoint.get().public_id}"
    pages = ("/api", "/webhooks", "/webhooks/new", endpoint, f"{endpoint}/secret", f"{endpoint}/removal")
    pages += (
        f"/webhooks/deliveries/{WebhookDelivery.get().id}",
        "/audit",
        "/audit?q=nothing",
        "/audit/export",
        "/team",
        f"/team/{Admin.get(Admin.email == MANAGER).id}/removal",
        f"/audit/{audited_change().id}",
        "",
        "/shop",
        "/notifications",
        "/notifications/removal",
        "/email",
        "/email/domain",
        "/limits",
        "/legal",
        "/payment-systems",
    )
    settings = [f"{OWNER}/settings{page}" for page in pages]
    merchants = [f"{STRIPE}{room}" for room in ("", "/new", "?q=nobody", "?state=disconnected")]
    # One with a second account, the card of the first one while it is away, and the shop's emails about them.
    moved = cast.orders["moved"].offer
    told = Email.get(Email.kind == EmailKind.OWNER_SECOND_ACCOUNT)
    merchants += [f"{OWNER}/offers/{moved.id}", f"{STRIPE}/{moved.merchant.public_id}", f"{OWNER}/emails/{told.id}"]
    rooms = ("", "/edit", "/webhook", "/disconnection", "/offers-move")
    rooms += ("/subscriptions-import", "/subscriptions-import/progress")
    delivered = f"{offers[0]}/deliverables"
    rows = [row.id for row in Deliverable.of_offer(Offer.get_by_id(cast.offers["once"].id))]
    numbers = [document.number for document in Document.of_order(cast.orders["invoiced"])]
    letters = [letter.id for letter in Email.select().order_by(Email.id).limit(1)]
    return [
        *(
            f"{OWNER}/orders/abandoned",
            OWNER,
            f"{OWNER}/start",
            f"{OWNER}/rehearsal",
            f"{OWNER}/rehearsal/removal",
            f"{OWNER}/guide/stripe",
            f"{OWNER}/doctor",
        ),
        *(f"{OWNER}/account", f"{OWNER}/password", f"{OWNER}/password/confirmation"),
        f"{OWNER}/promo-codes/{PromoCode.get().id}",
        *(
            f"{OWNER}/offers?status=archived",
            f"{OWNER}/offers?q=nothing",
            f"{offers[0]}?published=1",
            f"/o/{cast.offers['draft'].slug}",
        ),
        *(f"{OWNER}/offers", f"{OWNER}/offers/new", f"{OWNER}/offers/import", *offers, f"{offers[1]}/price-change/new"),
        f"{offers[0]}/qr-code/print",
        *(f"{offers[0]}/funnel", f"{offers[0]}/funnel?month=2020-01", f"{OWNER}?by=month&month=2020-01"),
        *(f"{delivered}/new?kind={kind}" for kind in ("link", "text", "keys")),
        *(f"{delivered}/{row}" for row in rows),
        f"{delivered}/{rows[-1]}/removal",
        *(f"{offers[0]}/files/new", f"{offers[0]}/files/{Deliverable.get(Deliverable.kind == 'file').id}/replacement"),
        *(f"{OWNER}/payment-requests?created={PaymentRequest.get().token}", f"{OWNER}/payment-requests?q=nobody"),
        f"{OWNER}/payment-requests/{PaymentRequest.get().token}/cancel",
        *(
            f"{OWNER}/orders",
            *(f"{OWNER}/orders?{query}" for query in ("q=nobody", "status=pending", "q=nobody&status=paid")),
            f"{OWNER}/found-payments",
            f"{OWNER}/found-payments/{FoundPayment.get().id}/dismissal",
            *orders,
            *(f"{orders[1]}/mark-as-paid", f"{OWNER}/payment-requests/{PaymentRequest.get().token}/mark-as-paid"),
            f"{OWNER}/orders/{cast.orders['paid outside'].token}",
            f"{OWNER}/orders/{cast.orders['paid outside'].token}/mark-as-refunded",
            *(f"{OWNER}/{name}/export?q=a" for name in ("orders", "customers", "subscriptions", "offers")),
            f"{orders[0]}/refunds/new",
            *(f"{orders[-2]}/shipment", f"{orders[-1]}/shipment", f"{OWNER}/orders?status=to_send"),
            *(f"{OWNER}/orders/packing-list?status=to_send", f"{OWNER}/offers/{cast.offers['posted'].id}"),
            f"{OWNER}/offers/{cast.offers['posted'].id}/redirect",
            f"{OWNER}/offers/{cast.offers['posted'].id}/redirect/renewal",
        ),
        *(*_of_subscriptions(cast), f"{OWNER}/customers", customer, f"{customer}/link", f"{customer}/email"),
        *(
            f"{OWNER}/documents",
            f"{OWNER}/documents?q=nobody",
            f"{OWNER}/documents/numbers",
            f"{OWNER}/documents/undecided",
        ),
        *(f"{OWNER}/money", f"{OWNER}/money?year=2020", f"{OWNER}/money/payouts/{Payout.get().id}"),
        *(f"{OWNER}/documents/{number}" for number in (*numbers, f"{numbers[-1]}/correct")),
        f"{OWNER}/customers?status=paid&offer={cast.offers['once'].id}",
        f"{OWNER}/customers/erasure",
        *(f"{OWNER}/customers/{cast.orders[status].token}/erasure" for status in ("pending", "disputed")),
        *(f"{OWNER}/emails", *(f"{OWNER}/emails/{letter}" for letter in letters)),
        *(f"{OWNER}/emails/words", f"{OWNER}/emails/words/renewal_declined/uk"),
        *(f"{OWNER}/emails/words/receipt/en/original", f"{OWNER}/emails/words/receipt/en/preview"),
        *(*settings, *merchants, *(f"{STRIPE}/{merchant}{room}" for room in rooms)),
    ]


def _other_plan(cast: CreatedRows) -> PriceOption:
    return PriceOption.of_offer(cast.offers["plans"])[1]


def _of_subscriptions(cast: CreatedRows) -> Iterator[str]:
    room = f"{OWNER}/subscriptions"
    yield from (room, f"{room}?q=nobody", f"{room}/needs-authentication", f"{room}/needs-card")
    for name in ("plan", "asked", "ended"):
        yield f"{room}/{cast.subscriptions[name].public_id}"
    active = cast.subscriptions["active"]
    for question in ("cancellation/new", "pause/new", "price/new"):
        yield f"{room}/{active.public_id}/{question}"
    yield f"{room}/{cast.subscriptions['trial'].public_id}/trial/new"
    yield f"{room}/{cast.subscriptions['switchable'].public_id}/plan/new?plan={_other_plan(cast).id}"
    yield f"{room}/{cast.subscriptions['asked'].public_id}/pay-link"
    yield f"{OWNER}/invoices/{Invoice.all_of(active)[0].public_id}/refunds/new"
