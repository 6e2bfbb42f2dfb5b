"""The audit log: who changed what, when, and from what to what."""

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _

from storefront.models import Admin, AuditEntry, AuditKind, Merchant, Order, PaymentRequest, Subscription
from storefront.models.search import AuditSearch
from storefront.web.admin.settings import audit_labels
from storefront.web.admin.shared import (
    ListAddress,
    dates_from_query,
    place_in_list,
    search_text,
    times_of,
    wants_fragment,
)

blueprint = Blueprint("audit", __name__, url_prefix="/settings/audit")


@blueprint.get("")
def index() -> str:
    """The entries that match the search, newest first."""
    search, address = search_from_query(), list_address()
    page = search.page(place_in_list())
    filters = [
        ("q", _("Search"), search.text),
        ("who", _("Person"), search.who),
        ("about", _("About"), audit_labels.KINDS[AuditKind(search.kind)] if search.kind else ""),
        ("from", _("From"), address.value("from")),
        ("to", _("Until"), address.value("to")),
    ]
    return render_template(
        "admin/audit/_list.html" if wants_fragment() else "admin/audit/index.html",
        page=page,
        search=search,
        address=address,
        filters=filters,
        labels=audit_labels,
        people=[] if wants_fragment() else _people(search.who),
        kinds=[(kind.value, str(words)) for kind, words in audit_labels.KINDS.items()],
    )


@blueprint.get("/<int:entry_id>")
def show(entry_id: int) -> str:
    """One entry with all values before and after."""
    entry: AuditEntry = AuditEntry.get_or_none(AuditEntry.id == entry_id) or abort(404)
    return render_template("admin/audit/show.html", entry=entry, labels=audit_labels, link=_address_of(entry))


def search_from_query() -> AuditSearch:
    """The search in the URL. Unknown kinds are ignored."""
    kind = request.args.get("about", "")
    since, until = times_of(*dates_from_query())
    return AuditSearch(search_text(), search_text("who"), kind if kind in tuple(AuditKind) else "", since, until)


def list_address() -> ListAddress:
    search, (first, last) = search_from_query(), dates_from_query()
    return ListAddress("admin.audit.index", q=search.text, who=search.who, about=search.kind, from_=first, to=last)


def _people(chosen: str) -> list[tuple[str, str]]:
    """The admins, and whoever else was chosen: somebody who is no admin any more, or a token."""
    known = [str(admin.email) for admin in Admin.select(Admin.email).order_by(Admin.email).limit(100)]
    return [(who, who) for who in ([] if not chosen or chosen in known else [chosen]) + known]


def _address_of(entry: AuditEntry) -> str | None:
    """The page of the object that the entry is about; None if it has none, or is there no more."""
    if entry.kind == AuditKind.ORDER:
        order = Order.get_or_none(Order.id == entry.object_id)
        return url_for("admin.orders.show", token=order.token) if order else None
    if entry.kind == AuditKind.SUBSCRIPTION:
        found = Subscription.get_or_none(Subscription.id == entry.object_id)
        return url_for("admin.subscriptions.show", public_id=found.public_id) if found else None
    if entry.kind == AuditKind.PAYMENT_REQUEST:
        asked = PaymentRequest.get_or_none(PaymentRequest.id == entry.object_id)
        return url_for("admin.payment_requests.index", q=asked.title) if asked else None
    if entry.kind == AuditKind.MERCHANT:
        merchant = Merchant.get_or_none(Merchant.id == entry.object_id)
        return url_for("admin.merchants.index", q=merchant.name) if merchant else None
    if entry.kind == AuditKind.CUSTOMER:
        return url_for("admin.customers.index", q=entry.label) if "@" in entry.label else None
    return _plain_address(entry)


def _plain_address(entry: AuditEntry) -> str | None:
    """The address that takes no more than the entry itself has."""
    if entry.kind == AuditKind.OFFER:
        return url_for("admin.offers.edit", offer_id=entry.object_id)
    if entry.kind == AuditKind.EMAIL:
        return url_for("admin.emails.show", email_id=entry.object_id)
    lists = {
        AuditKind.PROMO_CODE: "admin.promo_codes.index",
        AuditKind.SETTINGS: "admin.settings.index",
        AuditKind.TEMPLATE: "admin.custom_texts.index",
        AuditKind.API_TOKEN: "admin.api_tokens.index",
        AuditKind.WEBHOOK_ENDPOINT: "admin.webhook_endpoints.index",
        AuditKind.NOTIFICATIONS: "admin.notifications.edit",
        AuditKind.FOUND_PAYMENT: "admin.found_payments.index",
    }
    return url_for(lists[AuditKind(entry.kind)]) if entry.kind in lists else None
