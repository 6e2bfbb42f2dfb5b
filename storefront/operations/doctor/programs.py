"""Checks of what the shop tells others: endpoints of other programs, and the owner's Telegram."""

from storefront import integrations
from storefront.models import TelegramChannel, WebhookEndpoint
from storefront.operations.doctor.findings import Finding, amber, red

# How many endpoints a finding names.
MAX_NAMES = 10


def findings() -> list[Finding]:
    """What is wrong; nothing where all of it works."""
    return [*_endpoints(), *_telegram()]


def _endpoints() -> list[Finding]:
    """Endpoints that the shop has disabled, and those whose signing secret can't be read."""
    endpoints = list(WebhookEndpoint.select().order_by(WebhookEndpoint.id))
    disabled = [one.url for one in endpoints if one.disabled_reason in ("failing", "gone")]
    unreadable = [one.url for one in endpoints if not one.is_readable]
    found = [amber("endpoints_disabled", names=_shortened(disabled))] if disabled else []
    return [*found, red("endpoints_unreadable", names=_shortened(unreadable))] if unreadable else found


def _telegram() -> list[Finding]:
    """Telegram, where it is set up and does not work."""
    channel = TelegramChannel.current()
    if channel is None:
        return []
    if not integrations.is_token_readable(channel):
        return [red("telegram_unreadable")]
    if channel.off_reason:
        return [amber("telegram_off")]
    return [amber("telegram_failing", at=channel.failing_since)] if channel.failing_since else []


def _shortened(names: list[str]) -> str:
    return "; ".join(names[:MAX_NAMES]) + ("; …" if len(names) > MAX_NAMES else "")
