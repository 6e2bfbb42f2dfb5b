"""Emails to the shop's owner about subscriptions that were changed at Stripe. Every admin gets them."""

from storefront.emails.kinds.kind import Kind, owner_kind
from storefront.i18n import N_
from storefront.models import EmailKind

KINDS: dict[str, Kind] = {
    EmailKind.OWNER_PLAN_RESTORED: owner_kind(
        subject=N_("Payment plan corrected: order #{number}"),
        heading=N_("A payment plan was corrected"),
        body=N_(
            "{name} pays for **{title}** in installments. In Stripe, the end after the last one was removed or "
            "moved, so more would have been charged than agreed. The shop restored the end, and you don’t need "
            "to do anything.\n\nTo end the plan sooner, cancel it on the subscription’s page."
        ),
        facts=("order", "customer", "plan", "price"),
        link="admin_subscription",
    ),
    EmailKind.OWNER_PLAN_OVERCHARGED: owner_kind(
        subject=N_("Payment plan charged too often: order #{number}"),
        heading=N_("Extra charge on a payment plan"),
        body=N_(
            "**{refund_amount}** was charged for **{title}** after the last installment that {name} had agreed "
            "to, because the end of the plan was removed in Stripe. The shop cancels the plan there, so nothing "
            "more is charged.\n\nRefund this payment on the subscription’s page."
        ),
        facts=("order", "customer", "plan", "overcharge"),
        link="admin_subscription",
    ),
    EmailKind.OWNER_CANCELLATION_RESTORED: owner_kind(
        subject=N_("Cancellation restored: order #{number}"),
        heading=N_("A cancellation was restored"),
        body=N_(
            "{name} canceled **{title}** and was told that nothing more will be charged. This was undone in "
            "Stripe, so the shop canceled it again: it ends on **{due}**.\n\n"
            "If a payment was charged in the meantime, refund it. If {name} wants to continue, undo the "
            "cancellation on the subscription’s page."
        ),
        facts=("order", "customer", "subscription", "access_until"),
        link="admin_subscription",
    ),
    EmailKind.OWNER_TERMS_CHANGED: owner_kind(
        subject=N_("Subscription changed in Stripe: order #{number}"),
        heading=N_("A subscription was changed in Stripe"),
        body=N_(
            "**{title}** by {name} cost **{amount}** {every}. It was changed in Stripe, which now charges "
            "**{new_amount}** {new_every}. The shop’s pages show the new terms, but the customer wasn’t "
            "notified.\n\nIf this was a mistake, change it back in Stripe."
        ),
        facts=("order", "customer", "subscription", "price", "new_price"),
        link="admin_subscription",
    ),
    EmailKind.OWNER_TERMS_UNCLEAR: owner_kind(
        subject=N_("Subscription changed in Stripe: order #{number}"),
        heading=N_("A subscription was changed in Stripe"),
        body=N_(
            "**{title}** by {name} was changed in Stripe. {reason} The shop can’t show such a price, so its "
            "pages and emails refer the customer to you.\n\nIf this was a mistake, change it back in Stripe."
        ),
        facts=("order", "customer", "subscription"),
        link="admin_subscription",
    ),
    EmailKind.OWNER_TRIAL_SHORTENED: owner_kind(
        subject=N_("Free trial shortened in Stripe: order #{number}"),
        heading=N_("A free trial was shortened in Stripe"),
        body=N_(
            "{name} was promised that **{title}** is free until **{due}**. In Stripe, the trial was changed to "
            "end earlier.\n\n"
            "If this was a mistake, extend the trial on the subscription’s page, or refund the payment that was "
            "charged too early."
        ),
        facts=("order", "customer", "subscription", "trial_end"),
        link="admin_subscription",
    ),
}
