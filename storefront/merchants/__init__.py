"""Connected Stripe accounts ("merchants"): connecting, verifying keys, the webhook endpoint, onboarding."""

from storefront.merchants.connection import MerchantChange, check, connect, go_back_to_previous_keys, update
from storefront.merchants.disconnection import continue_disconnections, disconnect
from storefront.merchants.endpoint_check import EndpointProblem, check_endpoint, watch_connections
from storefront.merchants.first_hour import FirstHour, first_hour, note_first_hour
from storefront.merchants.key_rotation import remove_previous_keys
from storefront.merchants.key_verification import no_answer_code
from storefront.merchants.offer_moves import move_offers
from storefront.merchants.onboarding import Checklist, OnboardingStep, checklists
from storefront.merchants.outages import watch_outages
from storefront.merchants.problems import (
    BREAKING_DIFFERENCE,
    CLOCK_SETTING,
    LARGE_DIFFERENCE,
    PROBLEM_KINDS,
    ConnectionProblems,
    clock_seconds,
    connection_problems,
    refusals_by_merchant,
    refusals_of,
)
from storefront.merchants.refusal_alerts import tell_refusals, update_account
from storefront.merchants.rehearsal import begin_rehearsal, can_rehearse, end_rehearsal, rehearsal_merchant
from storefront.merchants.wallets import may_have_wallets
from storefront.merchants.webhook_endpoint import (
    endpoint_url,
    register_endpoint,
    register_missing,
    save_signing_secret,
    use_own_endpoint,
)

__all__ = [
    "BREAKING_DIFFERENCE",
    "CLOCK_SETTING",
    "LARGE_DIFFERENCE",
    "PROBLEM_KINDS",
    "Checklist",
    "ConnectionProblems",
    "EndpointProblem",
    "FirstHour",
    "MerchantChange",
    "OnboardingStep",
    "begin_rehearsal",
    "can_rehearse",
    "check",
    "check_endpoint",
    "checklists",
    "clock_seconds",
    "connect",
    "connection_problems",
    "continue_disconnections",
    "disconnect",
    "end_rehearsal",
    "endpoint_url",
    "first_hour",
    "go_back_to_previous_keys",
    "may_have_wallets",
    "move_offers",
    "no_answer_code",
    "note_first_hour",
    "refusals_by_merchant",
    "refusals_of",
    "register_endpoint",
    "register_missing",
    "rehearsal_merchant",
    "remove_previous_keys",
    "save_signing_secret",
    "tell_refusals",
    "update",
    "update_account",
    "use_own_endpoint",
    "watch_connections",
    "watch_outages",
]
