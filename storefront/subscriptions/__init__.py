"""Subscriptions and payment plans after their start: sync with Stripe, renewals, and changes by customer or owner.

`refresh` updates our rows from Stripe. `allowed_actions` and `obstacle` say what may be done and why not; `cancel`,
`pause`, `announce_price`, `begin_card_change` and the others do it. All amounts are in minor units.
"""

from storefront.subscriptions.actions import cancel, extend_trial, pause, reactivate, resume
from storefront.subscriptions.card_change import (
    begin_card_change,
    finish_card_change,
    finish_interrupted_card_change,
    record_failed_card_change,
)
from storefront.subscriptions.card_expiry import warn_expiring_cards
from storefront.subscriptions.customer_subscription import CustomerSubscription, subscription_of_order
from storefront.subscriptions.dunning import send_reminder_now
from storefront.subscriptions.importing import (
    CandidatePage,
    ImportCandidate,
    ImportNote,
    ImportObstacle,
    adopt,
    choosable_offers,
    continue_imports,
    find_or_create_offer,
    import_of,
    known_offers,
    list_candidates,
    remember_offer,
    start_import,
    stop_import,
    suggested_offer,
)
from storefront.subscriptions.invoice_voiding import finish_voiding, with_invoices_to_void
from storefront.subscriptions.policy import (
    Action,
    Cancellation,
    allowed_actions,
    cancellation,
    ends_only_immediately,
    obstacle,
)
from storefront.subscriptions.price_change import announce_price, apply_price, due_price_changes
from storefront.subscriptions.recovery import RECOVERY_OUTCOMES, RecoveryOutcome, recovery_outcomes
from storefront.subscriptions.renewal_payment import recently_recovered_invoice, send_pay_link, start_renewal_payment
from storefront.subscriptions.resumption import Resumption
from storefront.subscriptions.switching.options import SwitchTarget, find_target, switch_targets
from storefront.subscriptions.switching.previews import ShownSwitch, preview, preview_again
from storefront.subscriptions.switching.requests import (
    finish_switch,
    keep_plan,
    require_switchable,
    switch_plan,
    unfinished_switches,
)
from storefront.subscriptions.sync import due, needs_refresh, refresh, refresh_order, unfinished
from storefront.subscriptions.unwanted import end_unwanted, mark_unwanted
from storefront.subscriptions.values import SubscriptionValue, subscription_values

__all__ = [
    "RECOVERY_OUTCOMES",
    "Action",
    "Cancellation",
    "CandidatePage",
    "CustomerSubscription",
    "ImportCandidate",
    "ImportNote",
    "ImportObstacle",
    "RecoveryOutcome",
    "Resumption",
    "ShownSwitch",
    "SubscriptionValue",
    "SwitchTarget",
    "adopt",
    "allowed_actions",
    "announce_price",
    "apply_price",
    "begin_card_change",
    "cancel",
    "cancellation",
    "choosable_offers",
    "continue_imports",
    "due",
    "due_price_changes",
    "end_unwanted",
    "ends_only_immediately",
    "extend_trial",
    "find_or_create_offer",
    "find_target",
    "finish_card_change",
    "finish_interrupted_card_change",
    "finish_switch",
    "finish_voiding",
    "import_of",
    "keep_plan",
    "known_offers",
    "list_candidates",
    "mark_unwanted",
    "needs_refresh",
    "obstacle",
    "pause",
    "preview",
    "preview_again",
    "reactivate",
    "recently_recovered_invoice",
    "record_failed_card_change",
    "recovery_outcomes",
    "refresh",
    "refresh_order",
    "remember_offer",
    "require_switchable",
    "resume",
    "send_pay_link",
    "send_reminder_now",
    "start_import",
    "start_renewal_payment",
    "stop_import",
    "subscription_of_order",
    "subscription_values",
    "suggested_offer",
    "switch_plan",
    "switch_targets",
    "unfinished",
    "unfinished_switches",
    "warn_expiring_cards",
    "with_invoices_to_void",
]
