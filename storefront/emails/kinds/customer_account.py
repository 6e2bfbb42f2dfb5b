"""Emails to customers about their account page and email address."""

from storefront.emails.kinds.kind import Kind
from storefront.i18n import N_
from storefront.models import EmailKind

KINDS: dict[str, Kind] = {
    EmailKind.ACCOUNT_LINK: Kind(
        subject=N_("Your sign-in link for {shop}"),
        heading=N_("Your sign-in link"),
        body=N_(
            "Hi,\n\nHere is the link you asked for. It opens your orders, receipts and subscriptions at {shop}.\n\n"
            "Keep this email to yourself: anyone with the link can manage your orders. If you didn’t ask for it, "
            "you can ignore this email."
        ),
        button=N_("Open your account"),
        link="account",
        about_order=False,
    ),
    EmailKind.EMAIL_CHANGE: Kind(
        subject=N_("Confirm your new email address at {shop}"),
        heading=N_("Confirm your email address"),
        body=N_(
            "Hi,\n\n"
            "We received a request to use **{email}** for orders and emails at {shop}. If you made it, confirm "
            "the address within two days.\n\nIf you didn’t, ignore this email. Nothing will change."
        ),
        button=N_("Confirm email address"),
        link="confirm_email",
        about_order=False,
    ),
    EmailKind.EMAIL_CHANGED: Kind(
        subject=N_("Your email address at {shop} has changed"),
        heading=N_("Your email address has changed"),
        body=N_(
            "Hi,\n\n"
            "Your orders at {shop} now belong to **{email}**, and emails about them go there. The change was "
            "requested on your account page and confirmed from the new address.\n\n"
            "If it wasn’t you, undo it within three days. Your orders come back to this address, and all links "
            "to your account stop working."
        ),
        button=N_("Undo change"),
        link="undo_email",
        about_order=False,
    ),
    EmailKind.EMAIL_RESTORED: Kind(
        subject=N_("Your email change at {shop} was undone"),
        heading=N_("Your email change was undone"),
        body=N_(
            "Hi,\n\n"
            "The orders at {shop} that had moved to **{email}** are back at their previous address. The change "
            "was undone with the link in the email to that address.\n\n"
            "If you didn’t expect this, please contact us."
        ),
        about_order=False,
    ),
}
