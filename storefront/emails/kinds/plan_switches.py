"""Emails about a switch to another price option of the offer: to the customer, and to the owner."""

from collections.abc import Callable

from storefront.emails.kinds.kind import Kind, owner_kind
from storefront.i18n import N_
from storefront.models import Email, EmailKind, PlanSwitch, SwitchState


def _is(*states: SwitchState) -> Callable[[Email], bool]:
    """Whether the switch that the email is about has one of these states: `about` is "switch-<id of our row>"."""

    def applies(email: Email) -> bool:
        number = email.about.removeprefix("switch-")
        switch = PlanSwitch.get_or_none(PlanSwitch.id == int(number)) if number.isdecimal() else None
        return switch is not None and switch.state in states

    return applies


_is_scheduled = _is(SwitchState.SCHEDULED)
_waits = _is(SwitchState.WAITING)

KINDS: dict[str, Kind] = {
    EmailKind.PLAN_SWITCH_SCHEDULED: Kind(
        subject=N_("Your plan changes on {due}: {title}"),
        heading=N_("Your plan changes with the next period"),
        body=N_(
            "Hi {name},\n\n"
            "On **{due}**, your subscription to **{title}** switches to **{plan}**. From then on it costs "
            "**{new_amount}** {new_every}. You pay nothing today.\n\n"
            "Changed your mind? You can keep your current plan until that day."
        ),
        facts=("order", "subscription", "new_plan", "new_price", "changes_on"),
        button=N_("Manage subscription"),
        link="account",
        still_applies=_is_scheduled,
    ),
    EmailKind.PLAN_SWITCH_WAITS: Kind(
        subject=N_("Action needed: complete your switch to {plan}"),
        heading=N_("Complete your switch"),
        body=N_(
            "Hi {name},\n\n"
            "To switch **{title}** to **{plan}**, confirm the payment of **{amount}**. You haven’t been charged "
            "yet, and your current plan continues until then.\n\n"
            "If you don’t confirm within 23 hours, your plan stays the same."
        ),
        facts=("order", "subscription", "new_plan", "new_price", "amount"),
        button=N_("Confirm payment"),
        link="pay_with_key",
        still_applies=_waits,
    ),
    EmailKind.PLAN_SWITCHED: Kind(
        subject=N_("Your new plan: {plan}"),
        heading=N_("Your plan has changed"),
        body=N_(
            "Hi {name},\n\n"
            "Your subscription is now **{title}**. It costs **{amount}** {every}. Your next payment is on **{due}**."
        ),
        facts=("order", "subscription", "price", "next_payment"),
        button=N_("Manage subscription"),
        link="account",
    ),
    EmailKind.PLAN_SWITCH_UNDONE: Kind(
        subject=N_("Your plan stays the same: {title}"),
        heading=N_("Your plan stays the same"),
        body=N_(
            "Hi {name},\n\n"
            "The switch to **{plan}** won’t take place, and you haven’t been charged for it. Your subscription to "
            "**{title}** costs **{amount}** {every}, as before."
        ),
        facts=("order", "subscription", "price"),
        button=N_("Manage subscription"),
        link="account",
    ),
}

OWNER_KINDS: dict[str, Kind] = {
    EmailKind.OWNER_SWITCH_SCHEDULED: owner_kind(
        subject=N_("Plan switch scheduled: order #{number}"),
        heading=N_("A plan switch is scheduled"),
        body=N_(
            "**{title}** by {name} switches to **{plan}** on **{due}**, for **{new_amount}** {new_every}. Until then "
            "it can be undone by the customer, or on the subscription’s page."
        ),
        facts=("order", "customer", "subscription", "new_plan", "new_price", "changes_on"),
        link="admin_subscription",
        still_applies=_is_scheduled,
    ),
    EmailKind.OWNER_SWITCH_WAITS: owner_kind(
        subject=N_("Plan switch waits for payment: order #{number}"),
        heading=N_("A plan switch waits for its payment"),
        body=N_(
            "**{title}** by {name} switches to **{plan}** as soon as the customer has confirmed the payment of "
            "**{amount}**. The customer got a link. If it isn’t paid within 23 hours, the plan stays the same."
        ),
        facts=("order", "customer", "subscription", "new_plan", "new_price", "amount"),
        link="admin_subscription",
        still_applies=_waits,
    ),
    EmailKind.OWNER_PLAN_SWITCHED: owner_kind(
        subject=N_("Plan switched: order #{number}"),
        heading=N_("A plan was switched"),
        body=N_("The subscription of {name} is now **{title}**. It costs **{amount}** {every}."),
        facts=("order", "customer", "subscription", "price"),
        link="admin_subscription",
    ),
    EmailKind.OWNER_SWITCH_UNDONE: owner_kind(
        subject=N_("Plan switch undone: order #{number}"),
        heading=N_("A plan switch was undone"),
        body=N_(
            "The switch of **{title}** by {name} to **{plan}** doesn’t take place. The subscription costs "
            "**{amount}** {every}, as before."
        ),
        facts=("order", "customer", "subscription", "price"),
        link="admin_subscription",
    ),
}
