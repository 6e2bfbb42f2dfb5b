"""Subscriptions: the list, and one subscription with all that happened to it."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from storefront.models import Subscription, SubscriptionStatus
from storefront.models.search import (
    SubscriptionSearch,
    offers_subscribed,
    open_renewal_counts,
    open_renewals_of,
)
from storefront.subscriptions import recovery_outcomes
from storefront.web.admin.labels import billing_terms as rhythm_words
from storefront.web.admin.labels import subscriptions as subscription_words
from storefront.web.admin.shared import wants_fragment
from storefront.web.admin.subscriptions.detail import all_about
from storefront.web.forms import trimmed

blueprint = Blueprint("subscriptions", __name__, url_prefix="/subscriptions")

MODES = ("test", "live")


@blueprint.get("")
def index() -> str:
    """Newest first, narrowed by what is asked for."""
    search, number = asked_search(), asked_page()
    subscriptions, more = search.page(number)
    return render_template(
        "admin/subscriptions/index.html",
        subscriptions=subscriptions,
        waiting=open_renewals_of(subscriptions),
        total=search.count(),
        more=more,
        **list_parts(search, number),
    )


@blueprint.get("/<public_id>")
def show(public_id: str) -> str:
    """One subscription."""
    return render_template("admin/subscriptions/show.html", **all_about(find(public_id)))


@blueprint.get("/<public_id>/actions")
def actions(public_id: str) -> str | Response:
    """The buttons again, where a question was."""
    if not wants_fragment():
        return redirect(url_for(".show", public_id=public_id))
    return render_template("admin/subscriptions/_action_buttons.html", **all_about(find(public_id)))


def find(public_id: str) -> Subscription:
    """The subscription of an address, else 404."""
    return Subscription.by_public_id(public_id) or abort(404)


def list_parts(search: SubscriptionSearch, number: int) -> dict[str, Any]:
    """What the list and the queues have in common."""
    return {
        "search": search,
        "number": number,
        "counts": open_renewal_counts(search),
        "outcomes": recovery_outcomes(),
        "offers": offers_subscribed(),
        "statuses": tuple(SubscriptionStatus),
        "modes": MODES,
        "subscription_words": subscription_words,
        "rhythm_words": rhythm_words,
    }


def asked_search() -> SubscriptionSearch:
    """The search the address asks for; words it doesn't know narrow nothing."""
    status, mode = request.args.get("status", ""), request.args.get("mode", "")
    offer = request.args.get("offer", "")
    return SubscriptionSearch(
        text=trimmed(request.args.get("q"))[:200],
        status=status if status in tuple(SubscriptionStatus) else "",
        mode=mode if mode in MODES else "",
        offer_id=int(offer) if offer.isascii() and offer.isdigit() and len(offer) < 10 else 0,
    )


def asked_page() -> int:
    """The page's number, from 1."""
    return max(1, min(request.args.get("page", 1, type=int), 100_000))
