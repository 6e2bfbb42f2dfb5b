"""Subscriptions: the list, and one subscription."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront.models import CounterKind, Subscription, SubscriptionStatus
from storefront.models.search import SubscriptionSearch, open_renewal_counts, subscription_page
from storefront.subscriptions import recovery_outcomes
from storefront.web.admin.labels import stripe_subscription_status
from storefront.web.admin.shared import (
    FRAME_KINDS,
    ListAddress,
    OfferFilter,
    dates_from_query,
    keep_frame_counts,
    mode_from_query,
    place_in_list,
    search_text,
    sort_from_query,
    times_of,
    wants_fragment,
)
from storefront.web.admin.subscriptions.detail import subscription_context
from storefront.web.support import day_of, mode_name

blueprint = Blueprint("subscriptions", __name__, url_prefix="/subscriptions")


@blueprint.get("")
def index() -> str:
    """The subscriptions that match the search, newest first."""
    search, offer = search_from_query()
    page, open_renewals = subscription_page(search, place_in_list())
    return render_template(
        "admin/subscriptions/_list_update.html" if wants_fragment() else "admin/subscriptions/index.html",
        page=page,
        subscriptions=page.rows,
        open_renewals=open_renewals,
        **list_context(search, offer),
    )


@blueprint.get("/<public_id>")
def show(public_id: str) -> str:
    """One subscription."""
    return render_template("admin/subscriptions/show.html", **subscription_context(subscription_or_404(public_id)))


@blueprint.get("/<public_id>/actions")
def actions(public_id: str) -> str | Response:
    """The buttons that replace a form when it is closed."""
    if not wants_fragment():
        return redirect(url_for(".show", public_id=public_id))
    context = subscription_context(subscription_or_404(public_id))
    return render_template("admin/subscriptions/_action_buttons.html", **context)


def subscription_or_404(public_id: str) -> Subscription:
    """The subscription with this id. Aborts with 404 if there is none."""
    return Subscription.by_public_id(public_id) or abort(404)


def list_context(search: SubscriptionSearch, offer: OfferFilter) -> dict[str, Any]:
    """The variables that the templates of the list and of the queues share."""
    address = list_address(request.endpoint or "", search, offer)
    by_need, counted = open_renewal_counts(search, CounterKind.STOPPED_RENEWALS, *FRAME_KINDS)
    keep_frame_counts(counted)
    return {
        "search": search,
        "counts": by_need,
        "outcomes": [one for one in recovery_outcomes(counted=counted) if search.mode in ("", one.mode)],
        "offer_filter": offer,
        "statuses": [_status_option(status) for status in SubscriptionStatus],
        "address": address,
        "filters": _filters(search, address, offer),
    }


def list_address(endpoint: str, search: SubscriptionSearch, offer: OfferFilter) -> ListAddress:
    """The address of a list with its filters."""
    filters = {"q": search.text, "status": search.status, **offer.arguments}
    return ListAddress.from_query(endpoint, search.order, **filters)


def _status_option(status: SubscriptionStatus) -> tuple[str, str, str]:
    """Value, text and label of a status in the filter. The label has Stripe's word too."""
    name = stripe_subscription_status(status)
    return status.value, name, f"{name} ({status})"


def _filters(search: SubscriptionSearch, address: ListAddress, offer: OfferFilter) -> list[tuple[str, str, str]]:
    """(argument, label, value) of each filter, for the chips; an empty value is no filter."""
    first, last = dates_from_query()
    return [
        ("q", _("Search"), search.text),
        ("status", _("Status"), search.status and stripe_subscription_status(search.status)),
        offer.chip,
        ("from", _("From"), day_of(first)),
        ("to", _("Until"), day_of(last)),
        ("mode", _("Mode"), address.value("mode") and mode_name(address.value("mode"))),
    ]


def search_from_query() -> tuple[SubscriptionSearch, OfferFilter]:
    """The search in the URL, and its filter by offer. Unknown statuses and modes are ignored."""
    since, until = times_of(*dates_from_query())
    status, offer = request.args.get("status", ""), OfferFilter.from_query(subscribed=True)
    search = SubscriptionSearch(
        text=search_text(),
        status=status if status in tuple(SubscriptionStatus) else "",
        mode=mode_from_query(),
        offer_id=offer.offer_id,
        since=since,
        until=until,
        sort=sort_from_query(),
    )
    return search, offer
