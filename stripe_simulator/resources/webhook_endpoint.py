"""Webhook endpoints: where events are sent."""

import ipaddress
from urllib.parse import urlsplit

from stripe_simulator.call import Call
from stripe_simulator.errors import StripeError, invalid
from stripe_simulator.ids import new_id, webhook_secret
from stripe_simulator.resources.listing import page
from stripe_simulator.resources.metadata import merged
from stripe_simulator.store import Json

KIND = "webhook_endpoint"
MOST = 16


def create(call: Call) -> Json:
    """The only answer that holds the signing secret. Raises StripeError 400 for a bad address or one too many."""
    if call.params.get("connect"):
        raise invalid("The simulator knows no Connect platforms.", param="connect")
    if len(call.store.all(call.realm, KIND)) >= MOST:
        raise invalid(f"You have reached the maximum of {MOST} webhook endpoints for this account and mode.")
    endpoint = call.save(
        {
            "id": new_id("we", call.realm.account.id),
            "object": KIND,
            "api_version": call.given("api_version"),
            "application": None,
            "created": call.now,
            "description": call.given("description"),
            "enabled_events": checked_events(call.params["enabled_events"]),
            "livemode": call.realm.livemode,
            "metadata": merged({}, call.params.get("metadata")),
            "status": "enabled",
            "url": checked_url(call.params["url"], livemode=call.realm.livemode),
            "_secret": webhook_secret(),
        }
    )
    return {**endpoint, "secret": endpoint["_secret"]}


def checked_events(types: list[str]) -> list[str]:
    if not types:
        raise invalid("You must specify at least one event type.", param="enabled_events")
    return types


def checked_url(url: str, *, livemode: bool) -> str:
    """Live mode wants https; test mode takes http too.

    The real Stripe refuses loopback addresses, for it can't reach them. The simulator is on loopback itself, and
    so is a shop in rehearsal: here they are taken, in both modes.
    Raises StripeError 400 `url_invalid`.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise not_a_url("Not a valid URL") from None
    if parts.scheme not in ("http", "https"):
        raise not_a_url("An explicit scheme (such as https) must be provided")
    if not host or any(character.isspace() for character in url):
        raise not_a_url("Not a valid URL")
    if livemode and parts.scheme == "http" and not is_loopback(host):
        raise not_a_url("Live mode webhook endpoints must use https")
    return url


def not_a_url(words: str) -> StripeError:
    return invalid(f"Invalid URL: {words}.", param="url", code="url_invalid")


def is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def retrieve(call: Call) -> Json:
    return call.get(KIND, call.ids["id"])


def update(call: Call) -> Json:
    endpoint = retrieve(call)
    if "url" in call.params:
        endpoint["url"] = checked_url(call.params["url"], livemode=call.realm.livemode)
    if "enabled_events" in call.params:
        endpoint["enabled_events"] = checked_events(call.params["enabled_events"])
    if "description" in call.params:
        endpoint["description"] = call.given("description")
    if "disabled" in call.params:
        endpoint["status"] = "disabled" if call.params["disabled"] else "enabled"
    endpoint["metadata"] = merged(endpoint["metadata"], call.params.get("metadata"))
    return call.save(endpoint)


def delete(call: Call) -> Json:
    endpoint = retrieve(call)
    call.store.delete(call.realm, endpoint["id"])
    return {"id": endpoint["id"], "object": KIND, "deleted": True}


def listed(call: Call) -> Json:
    return page(call, call.store.all(call.realm, KIND), "/v1/webhook_endpoints")
