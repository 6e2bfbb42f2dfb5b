"""Endpoints of other programs: added, changed, enabled, disabled and removed by admins."""

from collections.abc import Collection
from urllib.parse import urlsplit

from storefront import web_addresses
from storefront.db import db
from storefront.errors import FieldErrors
from storefront.integrations import networks, signing
from storefront.models import DeliveryState, EventType, WebhookDelivery, WebhookEndpoint, now
from storefront.runtime import current
from storefront.web_addresses import InvalidValue

MAX_ADDRESS = 2000
MOST_ENDPOINTS = 20


def add_endpoint(url: str, types: Collection[str]) -> WebhookEndpoint:
    """Add an endpoint with a secret of its own. Raises FieldErrors for the fields `url` and `types`."""
    endpoint = WebhookEndpoint()
    endpoint.secret_encrypted = ""
    endpoint.set_secret(signing.new_secret())
    if WebhookEndpoint.select().count() >= MOST_ENDPOINTS:
        raise FieldErrors({"url": ["endpoints_many"]}, most=MOST_ENDPOINTS)
    return _save(endpoint, url, types)


def change_endpoint(endpoint: WebhookEndpoint, url: str, types: Collection[str]) -> WebhookEndpoint:
    """Change where events are delivered, and which. Raises FieldErrors as `add_endpoint` does."""
    return _save(endpoint, url, types)


def _save(endpoint: WebhookEndpoint, url: str, types: Collection[str]) -> WebhookEndpoint:
    address, errors = url, dict[str, list[str]]()
    try:
        address = _checked_address(url)
    except InvalidValue as error:
        errors["url"] = [str(error)]
    chosen = [str(kind) for kind in EventType if kind in types]
    if not chosen:
        errors["types"] = ["events_missing"]
    if errors:
        raise FieldErrors(errors)
    endpoint.url, endpoint.types = address, chosen
    endpoint.save()
    return endpoint


def _checked_address(url: str) -> str:
    """The URL in one spelling. Raises InvalidValue with a code.

    A host that has no address now, or a public one, is accepted: each delivery checks the addresses of that moment.
    """
    if len(url) > MAX_ADDRESS:
        raise InvalidValue("endpoint_url")
    allowed = current().config.webhook_networks
    try:
        parts = web_addresses.split(url)
        if not web_addresses.host_name(parts.netloc.lower()) or parts.fragment:
            raise InvalidValue("no host")
    except InvalidValue as error:
        raise InvalidValue("endpoint_url") from error
    if parts.scheme not in (("http", "https") if allowed else ("https",)):
        raise InvalidValue("endpoint_https")
    host = urlsplit(url).hostname or ""
    try:
        found = networks.resolve(host, parts.port or web_addresses.DEFAULT_PORTS[parts.scheme])
    except (OSError, UnicodeError):
        found = []
    if not all(networks.is_reachable(address, allowed) for address in found):
        raise InvalidValue("endpoint_private")
    return parts.geturl()


def rotate_secret(endpoint: WebhookEndpoint) -> None:
    """Sign with a new secret. The earlier one signs as well for a day, while receivers change theirs."""
    endpoint.set_secret(signing.new_secret())
    endpoint.save()


def enable_endpoint(endpoint: WebhookEndpoint) -> None:
    """Deliver events there again, from now on. Those that have failed meanwhile can be resent."""
    WebhookEndpoint.update(disabled_reason="", disabled_at=None, failing_since=None).where(
        WebhookEndpoint.id == endpoint.id
    ).execute()


def remove_endpoint(endpoint: WebhookEndpoint) -> None:
    """Remove the endpoint with its deliveries."""
    with db.atomic():
        WebhookEndpoint.delete().where(WebhookEndpoint.id == endpoint.id).execute()


def resend(delivery: WebhookDelivery) -> bool:
    """Deliver the same event again, with the same id. Return False if its endpoint is disabled or its body erased."""
    if not delivery.endpoint.is_enabled or not delivery.event.body:
        return False
    WebhookDelivery.update(state=DeliveryState.WAITING, due_at=now(), attempts=0, claimed_until=None).where(
        WebhookDelivery.id == delivery.id
    ).execute()
    return True
