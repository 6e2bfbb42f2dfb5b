"""Compares the webhook endpoint with Stripe. While it is not ours, the shop asks for all events and tells the owner."""

from contextlib import suppress
from datetime import datetime
from enum import StrEnum

from storefront import emails, stripe_gateway
from storefront.db import db
from storefront.errors import StripePermissionMissing
from storefront.isolation import Run
from storefront.merchants.key_rotation import watch_keys
from storefront.merchants.refusal_alerts import update_account
from storefront.merchants.webhook_endpoint import endpoint_url, is_registered_elsewhere, register_endpoint
from storefront.models import EmailKind, Merchant, now
from storefront.stripe_gateway import EVENTS_KEPT_FOR, RegisteredEndpoint
from storefront.webhooks import HANDLED_EVENTS


class EndpointProblem(StrEnum):
    """Why the events do not reach this shop. The values are stored in `Merchant.endpoint_problem`."""

    MISSING = "missing"
    DISABLED = "disabled"
    ADDRESS = "address"
    EVENTS = "events"
    VERSION = "version"
    # Registered by a shop at another address: this shop has moved, or it is a copy of that one.
    ELSEWHERE = "elsewhere"


def watch_connections(shop_url: str) -> Run:
    """Compare every connected merchant with Stripe: its account, and its webhook endpoint."""

    def watch(merchant: Merchant) -> None:
        with suppress(StripePermissionMissing):
            update_account(merchant)
        watch_keys(merchant)
        check_endpoint(merchant, shop_url)

    run = Run()
    run.each(
        Merchant.select_connected,
        watch,
        name=lambda merchant: f"connection of {merchant.name}",
        merchant=lambda merchant: merchant.id,
    )
    return run


def check_endpoint(merchant: Merchant, shop_url: str) -> None:
    """Store what is wrong with the endpoint, "" if nothing is. Missing event types are repaired. Raises StripeError.

    Nothing is known about an endpoint made by hand if the key may not list endpoints.
    """
    if not merchant.has_endpoint:
        return
    if is_registered_elsewhere(merchant, shop_url):
        _store(merchant, EndpointProblem.ELSEWHERE, None)
        return
    url = endpoint_url(merchant, shop_url)
    if not merchant.webhook_by_hand:
        found = stripe_gateway.retrieve_endpoint(merchant)
        if _problem(found, url) == EndpointProblem.EVENTS:
            register_endpoint(merchant, shop_url)
            found = stripe_gateway.retrieve_endpoint(merchant)
    else:
        try:
            found = stripe_gateway.find_endpoint(merchant, url)
        except StripePermissionMissing:
            return
    _store(merchant, _problem(found, url), found.seen_at if found else None)


def _problem(found: RegisteredEndpoint | None, url: str) -> str:
    if found is None:
        return EndpointProblem.MISSING
    if found.url != url:
        return EndpointProblem.ADDRESS
    if not found.enabled:
        return EndpointProblem.DISABLED
    if not found.has_our_version:
        return EndpointProblem.VERSION
    handled = frozenset(HANDLED_EVENTS)
    return "" if "*" in found.events or found.events >= handled else EndpointProblem.EVENTS


def _store(merchant: Merchant, problem: str, seen_at: datetime | None) -> None:
    """Store the result, unless the endpoint was registered again meanwhile. Tell the owner once of a new problem."""
    same = Merchant.webhook_endpoint_id == merchant.webhook_endpoint_id
    if merchant.webhook_endpoint_id is None:
        same = Merchant.webhook_endpoint_id.is_null()
    which = (Merchant.id == merchant.id, same)
    if not problem:
        Merchant.update(endpoint_problem="", endpoint_problem_at=None, endpoint_checked_at=seen_at).where(
            *which
        ).execute()
        return
    with db.atomic():
        since = merchant.endpoint_checked_at or now() - EVENTS_KEPT_FOR
        is_new = (
            Merchant.update(endpoint_problem=problem, endpoint_problem_at=now(), events_missing_since=since)
            .where(*which, Merchant.endpoint_problem == "")
            .execute()
        )
        if is_new:
            about = f"endpoint-{merchant.id}-{now():%Y-%m-%d}"
            emails.write(EmailKind.OWNER_WEBHOOK_LOST, None, about, title=merchant.name)
        else:
            Merchant.update(endpoint_problem=problem).where(*which).execute()
