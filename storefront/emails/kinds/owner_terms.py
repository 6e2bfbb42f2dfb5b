"""Emails to the shop's owner about subscriptions that were changed at Stripe. Every admin gets them."""

from storefront.emails.kinds.kind import Kind, owner_kind
from storefront.i18n import N_
from storefront.models import EmailKind

KINDS: dict[str, Kind] = {
    EmailKind.OWNER_PLAN_RESTORED: owner_kind(
        subject=N_("The end of a payment plan was removed at Stripe: order no. {number}"),
        body=N_(
            "{name} pays for *{title}* in instalments. At Stripe, the end after the last one was removed or "
            "moved, so more would have been charged than agreed. The shop has restored the end, and you "
            "don’t need to do anything.\n\n"
            "To end the plan sooner, cancel it on the subscription’s page."
        ),
        link="admin_subscription",
    ),
    EmailKind.OWNER_PLAN_OVERCHARGED: owner_kind(
        subject=N_("A payment plan was charged once too often: order no. {number}"),
        body=N_(
            "**{refund_amount}** was charged for *{title}* after the last instalment that {name} had agreed "
            "to, because the end of the plan was removed at Stripe. The shop cancels the plan there, so "
            "nothing more is charged.\n\n"
            "Please refund this payment on the subscription’s page."
        ),
        link="admin_subscription",
    ),
    EmailKind.OWNER_CANCELLATION_RESTORED: owner_kind(
        subject=N_("A cancellation was undone at Stripe: order no. {number}"),
        body=N_(
            "{name} has canceled *{title}* and was told that nothing more will be charged. At Stripe this "
            "was undone, so the shop has canceled it again: it ends on **{due}**.\n\n"
            "If a payment was charged in the meantime, please refund it. If {name} wants to continue, undo "
            "the cancellation on the subscription’s page."
        ),
        link="admin_subscription",
    ),
    EmailKind.OWNER_TERMS_CHANGED: owner_kind(
        subject=N_("A subscription was changed at Stripe: order no. {number}"),
        body=N_(
            "*{title}* by {name} cost **{amount}** {every}. It was changed at Stripe, which now charges "
            "**{new_amount}** {new_every}. The shop’s pages show the new terms, but the customer was not "
            "notified.\n\n"
            "If this was a mistake, change it back at Stripe."
        ),
        link="admin_subscription",
    ),
    EmailKind.OWNER_TERMS_UNCLEAR: owner_kind(
        subject=N_("A subscription was changed at Stripe: order no. {number}"),
        body=N_(
            "*{title}* by {name} was changed at Stripe. {reason} The shop can’t show such a price, so its "
            "pages and emails refer the customer to you.\n\n"
            "If this was a mistake, change it back at Stripe."
        ),
        link="admin_subscription",
    ),
    EmailKind.OWNER_TRIAL_SHORTENED: owner_kind(
        subject=N_("A free trial was shortened at Stripe: order no. {number}"),
        body=N_(
            "{name} was promised that *{title}* is free until **{due}**. At Stripe the trial was changed to "
            "end earlier.\n\n"
            "If this was a mistake, extend the trial on the subscription’s page, or refund the payment that "
            "was charged too early."
        ),
        link="admin_subscription",
    ),
}
