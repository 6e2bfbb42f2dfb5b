"""Customers: everybody who has ordered, by email address; one customer with orders, subscriptions and emails."""

from dataclasses import replace

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from storefront.customers import notes_about
from storefront.models import (
    Email,
    Merchant,
    Order,
    OrderStatus,
    Subscription,
    orders_of_customer,
    sent_to,
    subscribed_by,
)
from storefront.models.search import CustomerSearch, find_customer, open_renewals_of
from storefront.web.admin.shared import (
    ListAddress,
    OfferFilter,
    dates_from_query,
    mode_from_query,
    order_or_404,
    place_in_list,
    search_text,
    sort_from_query,
    times_of,
    wants_fragment,
)
from storefront.web.forms import NoteForm
from storefront.web.support import LANGUAGE_NAMES, day_of, mode_name, order_status

blueprint = Blueprint("customers", __name__, url_prefix="/customers")

# Rows in each list of a customer's page. The lists of orders and subscriptions have the rest.
MAX_ROWS = 100


@blueprint.get("")
def index() -> str:
    """The customers that match the search, latest order first."""
    offer, (first, last) = OfferFilter.from_query(), dates_from_query()
    search, address = search_from_query(offer), list_address(offer)
    page = search.page(place_in_list())
    return render_template(
        "admin/customers/_list.html" if wants_fragment() else "admin/customers/index.html",
        customers=page.rows,
        search=search,
        page=page,
        address=address,
        filters=[
            ("q", _("Search"), search.text),
            ("status", _("Order status"), search.status and order_status(search.status)),
            offer.chip,
            ("from", _("From"), day_of(first)),
            ("to", _("Until"), day_of(last)),
            ("mode", _("Mode"), address.value("mode") and mode_name(address.value("mode"))),
        ],
        statuses=[(status.value, order_status(status)) for status in OrderStatus],
        offer_filter=offer,
    )


@blueprint.get("/<token>")
def show(token: str) -> str:
    """The customer who made the order with this token. Email addresses are not in URLs."""
    return customer_page(order_or_404(token), NoteForm(formdata=None))


def customer_page(order: Order, note_form: NoteForm) -> str:
    """The page of the customer who made this order."""
    subscriptions = _subscriptions_of(order.email)
    return render_template(
        "admin/customers/show.html",
        customer=find_customer(order),
        orders=orders_of_customer(order.email, MAX_ROWS),
        subscriptions=subscriptions,
        open_renewals=open_renewals_of(subscriptions),
        emails=_emails_to(order.email),
        notes=notes_about(order.email, MAX_ROWS),
        note_form=note_form,
        max_rows=MAX_ROWS,
        language_names=LANGUAGE_NAMES,
    )


def list_address(offer: OfferFilter) -> ListAddress:
    """The address of the list with its filters."""
    search = search_from_query(offer)
    filters = {"q": search.text, "status": search.status, **offer.arguments}
    return ListAddress.from_query("admin.customers.index", search.sort, **filters)


def search_from_query(offer: OfferFilter) -> CustomerSearch:
    """The search in the URL. Unknown statuses and modes are ignored."""
    status, sort = request.args.get("status", ""), sort_from_query()
    since, until = times_of(*dates_from_query())
    search = CustomerSearch(
        text=search_text(),
        since=since,
        until=until,
        mode=mode_from_query(),
        status=status if status in tuple(OrderStatus) else "",
        offer_id=offer.offer_id,
    )
    return replace(search, sort=sort if sort in search.sorts else "")


def _subscriptions_of(email: str) -> list[Subscription]:
    """Newest first, with their orders and merchants."""
    query = Subscription.select(Subscription, Order, Merchant).join(Order).switch(Subscription).join(Merchant)
    query = query.where(subscribed_by(email, MAX_ROWS))
    return list(query.order_by(Subscription.id.desc()).limit(MAX_ROWS))


def _emails_to(email: str) -> list[Email]:
    """Newest first."""
    # Without the texts, which the page does not show.
    columns = (Email.id, Email.kind, Email.state, Email.recipient, Email.due_at, Email.done_at)
    query = Email.select(*columns).where(sent_to(email))
    return list(query.order_by(Email.id.desc()).limit(MAX_ROWS))
