"""Emails to the shop's owner about subscriptions that were changed at Stripe. Every admin gets them."""

from storefront.emails.kinds.kind import Kind, owner_kind
from storefront.i18n import N_
from storefront.models import EmailKind

KINDS: dict[str, Kind] = {
    EmailKind.OWNER_PLAN_RESTORED: owner_kind(
        subject=N_("The end of a payment plan was removed at Stripe: order no. {number}"),
        body=N_(
            "{name} pays for *{title}* in instalments. At Stripe, the end after the last one was removed or moved: "
            "more would have been charged than agreed. The shop has set the end again, and there is nothing to do.\n\n"
            "To end the plan sooner, cancel it on the subscription’s page."
        ),
        link="admin_subscription",
    ),
    EmailKind.OWNER_PLAN_OVERCHARGED: owner_kind(
        subject=N_("A payment plan was charged once too often: order no. {number}"),
        body=N_(
            "**{refund_amount}** was charged for *{title}* after the last instalment that {name} had agreed to: the "
            "end of the plan was removed at Stripe. The shop cancels the plan there, so that nothing more is "
            "charged.\n\nPlease refund this payment on the subscription’s page."
        ),
        link="admin_subscription",
    ),
    EmailKind.OWNER_CANCELLATION_RESTORED: owner_kind(
        subject=N_("A cancellation was undone at Stripe: order no. {number}"),
        body=N_(
            "{name} has cancelled *{title}* and was told that nothing more is charged. At Stripe this was undone, "
            "so the shop has cancelled it again: it ends on **{due}**.\n\nIf a payment was charged in the meantime, "
            "please refund it. If {name} wants to go on, undo the cancellation on the subscription’s page."
        ),
        link="admin_subscription",
    ),
    EmailKind.OWNER_TERMS_CHANGED: owner_kind(
        subject=N_("A subscription was changed at Stripe: order no. {number}"),
        body=N_(
            "*{title}* by {name} cost **{amount}** {every}. It was changed at Stripe, which now charges "
            "**{new_amount}** {new_every}. The shop’s pages show the new terms, but the customer was not written "
            "to.\n\nIf this was not intended, change it back at Stripe."
        ),
        link="admin_subscription",
    ),
    EmailKind.OWNER_TERMS_UNCLEAR: owner_kind(
        subject=N_("A subscription was changed at Stripe: order no. {number}"),
        body=N_(
            "*{title}* by {name} was changed at Stripe. {reason} The shop can’t show such a price: its pages and "
            "emails refer the customer to you.\n\nIf this was not intended, change it back at Stripe."
        ),
        link="admin_subscription",
    ),
    EmailKind.OWNER_TRIAL_SHORTENED: owner_kind(
        subject=N_("A free trial was shortened at Stripe: order no. {number}"),
        body=N_(
            "{name} was promised that *{title}* is free until **{due}**. At Stripe the trial was changed to end "
            "earlier.\n\nIf this was not intended, extend the trial on the subscription’s page, or refund the payment "
            "that was charged too early."
        ),
        link="admin_subscription",
    ),
}
