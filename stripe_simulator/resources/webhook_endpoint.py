"""Webhook endpoints, which events are sent to."""

import ipaddress
from urllib.parse import urlsplit

from stripe_simulator.api.call import Call
from stripe_simulator.errors import StripeError, invalid
from stripe_simulator.ids import new_id, webhook_secret
from stripe_simulator.resources.metadata import merge_metadata
from stripe_simulator.resources.pagination import paginate_stored
from stripe_simulator.store import Json

KIND = "webhook_endpoint"
MAX_ENDPOINTS = 16


def create(call: Call) -> Json:
    """Create an endpoint; only this response contains the signing secret. Raises StripeError 400 for a bad URL or too
    many endpoints.
    """
    if call.params.get("connect"):
        raise invalid("The simulator knows no Connect platforms.", param="connect")
    if len(call.store.all(call.realm, KIND)) >= MAX_ENDPOINTS:
        raise invalid(f"You have reached the maximum of {MAX_ENDPOINTS} webhook endpoints for this account and mode.")
    endpoint = call.save(
        {
            "id": new_id("we", call.realm.account.id),
            "object": KIND,
            "api_version": call.param("api_version"),
            "application": None,
            "created": call.now,
            "description": call.param("description"),
            "enabled_events": check_events(call.params["enabled_events"]),
            "livemode": call.realm.livemode,
            "metadata": merge_metadata({}, call.params.get("metadata")),
            "status": "enabled",
            "url": check_url(call.params["url"], livemode=call.realm.livemode),
            "_secret": webhook_secret(),
        }
    )
    return {**endpoint, "secret": endpoint["_secret"]}


def check_events(types: list[str]) -> list[str]:
    if not types:
        raise invalid("You must specify at least one event type.", param="enabled_events")
    return types


def check_url(url: str, *, livemode: bool) -> str:
    """Check that the URL is https in live mode; test mode accepts http.

    Stripe refuses loopback addresses, because it can't reach them. The simulator and shops in development run on
    loopback, so both modes accept them here. Raises StripeError 400 `url_invalid`.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise invalid_url("Not a valid URL") from None
    if parts.scheme not in ("http", "https"):
        raise invalid_url("An explicit scheme (such as https) must be provided")
    if not host or any(character.isspace() for character in url):
        raise invalid_url("Not a valid URL")
    if livemode and parts.scheme == "http" and not is_loopback(host):
        raise invalid_url("Live mode webhook endpoints must use https")
    return url


def invalid_url(message: str) -> StripeError:
    return invalid(f"Invalid URL: {message}.", param="url", code="url_invalid")


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
        endpoint["url"] = check_url(call.params["url"], livemode=call.realm.livemode)
    if "enabled_events" in call.params:
        endpoint["enabled_events"] = check_events(call.params["enabled_events"])
    if "description" in call.params:
        endpoint["description"] = call.param("description")
    if "disabled" in call.params:
        endpoint["status"] = "disabled" if call.params["disabled"] else "enabled"
    endpoint["metadata"] = merge_metadata(endpoint["metadata"], call.params.get("metadata"))
    return call.save(endpoint)


def delete(call: Call) -> Json:
    endpoint = retrieve(call)
    call.store.delete(call.realm, endpoint["id"])
    return {"id": endpoint["id"], "object": KIND, "deleted": True}


def list_all(call: Call) -> Json:
    return paginate_stored(call, KIND, "/v1/webhook_endpoints")
