"""Text for the codes of the shop and of Stripe, for admin pages. Templates use the labels as filters."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context

from storefront.web.admin.labels.billing_terms import agreed_terms, billing_interval, recurring_price
from storefront.web.admin.labels.doctor import finding_grade, finding_text
from storefront.web.admin.labels.email_timings import email_timing
from storefront.web.admin.labels.email_variables import email_variable
from storefront.web.admin.labels.emails import (
    email_group,
    email_kind,
    email_state,
    email_state_help,
    mail_problem,
)
from storefront.web.admin.labels.figures import arrival_day, balance_type, payout_badge, payout_status, percent_change
from storefront.web.admin.labels.form_errors import field_errors
from storefront.web.admin.labels.integrations.telegram import TELEGRAM_DETAILS, TELEGRAM_KINDS, telegram_problem
from storefront.web.admin.labels.invoices import (
    days_left,
    invoice_failure,
    invoice_help,
    invoice_need,
    invoice_need_help,
    invoice_state,
    is_urgent,
)
from storefront.web.admin.labels.merchants import (
    country_name,
    foreign_addresses,
    missing_permission,
    onboarding_step,
)
from storefront.web.admin.labels.offers import deliverable_kind, masked_key, offer_obstacle, offer_status
from storefront.web.admin.labels.orders import no_access, order_chip
from storefront.web.admin.labels.payment_states import descriptor, payment_state, payment_state_class, timeline_codes
from storefront.web.admin.labels.payments import (
    dispute_stage,
    dispute_status,
    payment_reason,
    refund_failure,
    refund_status,
    three_d_secure,
)
from storefront.web.admin.labels.promo_codes import code_state, code_value
from storefront.web.admin.labels.rehearsal import REHEARSAL_CARDS
from storefront.web.admin.labels.stripe_errors import (
    merchant_check_problem,
    merchant_disconnected,
    stripe_error,
    webhook_registration_problem,
)
from storefront.web.admin.labels.stripe_refusals import refund_waiting, stripe_refusal
from storefront.web.admin.labels.subscription.pauses import resumption_notice
from storefront.web.admin.labels.subscription_explanations import subscription_advice, subscription_explanation
from storefront.web.admin.labels.subscriptions import (
    stripe_subscription_status,
    subscription_chip,
    subscription_chip_class,
    subscription_status,
)
from storefront.web.admin.labels.timeline import timeline_entry
from storefront.web.admin.labels.webhooks import (
    EVENT_TYPES,
    delivery_badge,
    delivery_problem,
    delivery_state,
    disabled_reason,
    endpoint_problem,
    event_type,
    ignored_delivery,
    indented_json,
    webhook_delivery_time,
    webhook_event_problem,
    webhook_refusal,
)

__all__ = [
    "EVENT_TYPES",
    "REHEARSAL_CARDS",
    "TELEGRAM_DETAILS",
    "TELEGRAM_KINDS",
    "country_name",
    "email_kind",
    "email_state",
    "email_variable",
    "field_errors",
    "finding_text",
    "init_app",
    "mail_problem",
    "merchant_check_problem",
    "merchant_disconnected",
    "missing_permission",
    "resumption_notice",
    "stripe_error",
    "stripe_subscription_status",
    "telegram_problem",
    "webhook_registration_problem",
]

FILTERS: tuple[Callable[..., object], ...] = (
    *(arrival_day, balance_type, payout_badge, payout_status),
    *(agreed_terms, billing_interval, recurring_price),
    *(
        foreign_addresses,
        merchant_check_problem,
        missing_permission,
        onboarding_step,
        webhook_registration_problem,
    ),
    percent_change,
    *(days_left, invoice_failure, invoice_help, invoice_need, invoice_need_help, invoice_state),
    *(dispute_stage, dispute_status, payment_reason, refund_failure, refund_status, three_d_secure),
    *(email_group, email_kind, email_state, email_state_help, email_timing, email_variable, mail_problem),
    *(finding_grade, finding_text),
    *(code_state, code_value, deliverable_kind, masked_key, no_access, offer_obstacle, offer_status, order_chip),
    *(stripe_subscription_status, subscription_advice, subscription_chip, subscription_chip_class),
    *(subscription_explanation, subscription_status),
    *(descriptor, payment_state, payment_state_class, timeline_codes, timeline_entry),
    *(refund_waiting, stripe_refusal, telegram_problem),
    *(delivery_badge, delivery_problem, delivery_state, disabled_reason, event_type, indented_json),
    *(endpoint_problem, ignored_delivery, webhook_delivery_time, webhook_event_problem, webhook_refusal),
)


def init_app(app: Flask) -> None:
    """Register each label as a template filter of the same name, and the test `urgent` for open renewals."""
    app.jinja_env.filters.update({label.__name__: _as_filter(label) for label in FILTERS})
    app.jinja_env.tests["urgent"] = is_urgent


def _as_filter(label: Callable[..., object]) -> Callable[..., object]:
    # Jinja applies the filter of a constant only once, when it compiles the template: in the language of that request.
    # A filter that takes the context runs each time.
    @pass_context
    @wraps(label)
    def in_page_language(_context: Context, *arguments: Any) -> object:
        return label(*arguments)

    return in_page_language
