"""What the keys of a restored shop can't decrypt: the owner has to enter it again."""

from collections.abc import Iterator
from contextlib import contextmanager

from storefront import db, encryption, integrations, team
from storefront.config import Config
from storefront.models import Merchant, TelegramChannel, WebhookEndpoint
from storefront.runtime import Runtime, activate


def unreadable_merchants(config: Config) -> list[str]:
    """Names of the connected merchants whose keys can't be decrypted with the keys of `config`."""
    with _opened(config):
        return _merchants()


def unreadable_lines(config: Config) -> list[str]:
    """A line for each kind of secret that can't be decrypted with the keys of `config`, and what to do."""
    with _opened(config):
        return list(_lines())


def _lines() -> Iterator[str]:
    if names := _merchants():
        yield f"The keys of these Stripe accounts can't be decrypted and have to be pasted again: {', '.join(names)}"
    endpoints = [one.url for one in WebhookEndpoint.select().order_by(WebhookEndpoint.id) if not one.is_readable]
    if endpoints:
        yield (
            "The signing secrets of these webhook endpoints can't be decrypted. Rotate them under Settings → Webhooks: "
            f"{', '.join(endpoints)}"
        )
    channel = TelegramChannel.current()
    if channel is not None and not integrations.is_token_readable(channel):
        yield "The token of the Telegram bot can't be decrypted. Enter it again under Settings → Notifications."
    for email in team.unreadable_admins():
        yield (
            f"The codes of {email}'s authenticator app can't be checked. A recovery code signs in; without one, run "
            f"`flask --app wsgi reset-two-step --email {email}`."
        )


def _merchants() -> list[str]:
    tokens = ((merchant.name, merchant.secret_key_encrypted) for merchant in Merchant.connected())
    return [name for name, token in tokens if token is not None and not encryption.is_readable(token)]


@contextmanager
def _opened(config: Config) -> Iterator[None]:
    """The database of `config`, with its keys."""
    with activate(Runtime(config)):
        try:
            with db.connection():
                yield
        finally:
            db.close_connections()
