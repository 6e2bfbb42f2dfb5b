"""Emails to the shop's owner about keys of Stripe, webhook endpoints and Telegram. Every admin gets them."""

from storefront.emails.kinds.kind import Kind, owner_kind
from storefront.i18n import N_
from storefront.models import Email, EmailKind, TelegramChannel, WebhookEndpoint


def _endpoint_is_disabled(email: Email) -> bool:
    """It was neither removed nor enabled again since."""
    found = WebhookEndpoint.get_or_none(WebhookEndpoint.public_id == email.detail.get("endpoint", ""))
    return found is not None and not found.is_enabled


def _telegram_is_off(_email: Email) -> bool:
    """It was not set up again since."""
    channel = TelegramChannel.current()
    return channel is not None and bool(channel.off_reason)


KINDS: dict[str, Kind] = {
    EmailKind.OWNER_ENDPOINT_DISABLED: owner_kind(
        subject=N_("Webhook endpoint disabled: {title}"),
        heading=N_("A webhook endpoint is disabled"),
        body=N_(
            "The endpoint **{title}** is disabled, because deliveries to it failed for 3 days or it answered that "
            "it’s gone. Events are no longer delivered there.\n\n"
            "Fix the endpoint, enable it again, and resend the deliveries that failed."
        ),
        link="endpoint",
        still_applies=_endpoint_is_disabled,
    ),
    EmailKind.OWNER_KEYS_RETURNED: owner_kind(
        subject=N_("Stripe refused the new keys: {title}"),
        heading=N_("The shop uses the previous Stripe keys again"),
        body=N_(
            "Stripe no longer accepts the new keys of **{title}**, so the shop went back to the previous ones. "
            "Customers can pay.\n\n"
            "If the previous keys are to expire, create new keys in Stripe and enter them in the settings."
        ),
        facts=("account",),
        link="settings",
    ),
    EmailKind.OWNER_SECOND_ACCOUNT: owner_kind(
        subject=N_("New orders go to {second}"),
        heading=N_("New orders go to another account"),
        body=N_(
            "**{title}** can’t take payments now: Stripe refuses the account, or doesn’t answer. New orders of offers "
            "with a second payment system are paid to **{second}**. Subscriptions stay with their account.\n\n"
            "As soon as **{title}** takes payments again, new orders go back to it automatically. If Stripe refuses "
            "the account, the settings show what to do."
        ),
        facts=("account",),
        link="settings",
    ),
    EmailKind.OWNER_TELEGRAM_OFF: owner_kind(
        subject=N_("Telegram messages are off"),
        heading=N_("The shop can’t write to you in Telegram"),
        body=N_(
            "Telegram refused the bot or the chat, so the shop sends no more messages there. You don’t miss "
            "anything important: emails are still sent.\n\n"
            "The settings show what’s wrong. Correct it there and save."
        ),
        link="notifications",
        still_applies=_telegram_is_off,
    ),
}
