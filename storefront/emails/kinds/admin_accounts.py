"""Emails about how admins sign in: a browser that nobody knows, and two-step verification that was turned off."""

from storefront.emails.kinds.kind import Kind, owner_kind
from storefront.i18n import N_
from storefront.models import EmailKind

KINDS: dict[str, Kind] = {
    EmailKind.OWNER_NEW_SIGN_IN: owner_kind(
        subject=N_("New sign-in to {shop}"),
        heading=N_("New sign-in"),
        body=N_(
            "A new browser signed in to the admin of {shop} as **{email}**.\n\n"
            "If it was you, you don’t need to do anything. If not, open your account, sign out everywhere and change "
            "your password."
        ),
        facts=("signed_in", "browser", "ip_address"),
        link="own_account",
    ),
    EmailKind.OWNER_TWO_STEP_OFF: owner_kind(
        subject=N_("Two-step verification turned off at {shop}"),
        heading=N_("Two-step verification was turned off"),
        body=N_(
            "Two-step verification of **{email}** was turned off. The password alone signs in now.\n\n"
            "If you or another admin did this, turn it on again as soon as you can. If not, change the password, "
            "then check the latest refunds and the keys of your Stripe accounts."
        ),
        link="own_account",
    ),
}
