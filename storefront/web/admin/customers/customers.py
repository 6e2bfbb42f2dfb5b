"""Customers: everybody who ever ordered, by email address; one customer with all that is theirs."""

from flask import Blueprint, render_template, request
from peewee import fn

from storefront.models import Email, Merchant, Order, Subscription
from storefront.models.search import CustomerSearch, find_customer, open_renewals_of
from storefront.web.admin.labels import billing_terms as rhythm_words
from storefront.web.admin.labels import emails as letter_words
from storefront.web.admin.labels import errors as wording
from storefront.web.admin.labels import subscriptions as subscription_words
from storefront.web.admin.shared import order_or_404
from storefront.web.forms import trimmed
from storefront.web.support import LANGUAGE_NAMES

blueprint = Blueprint("customers", __name__, url_prefix="/customers")

# More than this nobody reads on one page; the lists of orders and subscriptions find the rest.
MOST = 100


@blueprint.get("")
def index() -> str:
    """Who ordered last stands first."""
    search = CustomerSearch(trimmed(request.args.get("q"))[:200])
    number = max(1, min(request.args.get("page", 1, type=int), 100_000))
    customers, more = search.page(number)
    return render_template(
        "admin/customers/index.html",
        customers=customers,
        search=search,
        total=search.count(),
        number=number,
        more=more,
    )


@blueprint.get("/<token>")
def show(token: str) -> str:
    """The customer who made the order with this token: an email address is no part of ours."""
    order = order_or_404(token)
    subscriptions = subscriptions_of(order.email)
    return render_template(
        "admin/customers/show.html",
        customer=find_customer(order),
        orders=Order.of_customer(order.email, MOST),
        subscriptions=subscriptions,
        waiting=open_renewals_of(subscriptions),
        letters=letters_to(order.email),
        most=MOST,
        language_names=LANGUAGE_NAMES,
        wording=wording,
        letter_words=letter_words,
        rhythm_words=rhythm_words,
        subscription_words=subscription_words,
    )


def subscriptions_of(email: str) -> list[Subscription]:
    """Newest first, with their orders and merchants."""
    query = Subscription.select(Subscription, Order, Merchant).join(Order).switch(Subscription).join(Merchant)
    return list(query.where(fn.LOWER(Order.email) == email.lower()).order_by(Subscription.id.desc()).limit(MOST))


def letters_to(email: str) -> list[Email]:
    """The latest letters to this address."""
    return list(Email.select().where(fn.LOWER(Email.recipient) == email.lower()).order_by(Email.id.desc()).limit(MOST))
