"""Emails to customers about their account page and email address."""

from storefront.emails.kinds.kind import Kind
from storefront.i18n import N_
from storefront.models import EmailKind

KINDS: dict[str, Kind] = {
    EmailKind.ACCOUNT_LINK: Kind(
        subject=N_("Your orders and subscriptions at {shop}"),
        body=N_(
            "Hello,\n\nhere is the link you asked for. It opens your orders, receipts and subscriptions at {shop}: "
            "keep this letter to yourself.\n\nIf it wasn’t you who asked, there is nothing to do."
        ),
        button=N_("Your orders and subscriptions"),
        link="account",
        about_order=False,
    ),
    EmailKind.EMAIL_CHANGE: Kind(
        subject=N_("Please confirm your new email address at {shop}"),
        body=N_(
            "Hello,\n\nat {shop} **{email}** was given as the new address for a customer’s orders and letters. If that "
            "was you, please confirm it within two days.\n\nIf it wasn’t, there is nothing to do: nothing changes."
        ),
        button=N_("Confirm this address"),
        link="confirm_email",
        about_order=False,
    ),
    EmailKind.EMAIL_CHANGED: Kind(
        subject=N_("Your email address at {shop} has changed"),
        body=N_(
            "Hello,\n\nyour orders at {shop} belong to **{email}** now, and letters about them go there: that was "
            "asked for on your page and confirmed from the new address.\n\nIf it wasn’t you, undo it within three "
            "days: everything comes back to this address, and all links to your page end."
        ),
        button=N_("Undo the change"),
        link="undo_email",
        about_order=False,
    ),
    EmailKind.EMAIL_RESTORED: Kind(
        subject=N_("The change of your email address at {shop} was undone"),
        body=N_(
            "Hello,\n\norders at {shop} that had moved to **{email}** are back at the address that they had before. "
            "That was done with the link in the email to that address.\n\nIf this surprises you, please tell us."
        ),
        about_order=False,
    ),
}
