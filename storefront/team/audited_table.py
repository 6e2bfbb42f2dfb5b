"""How the audit log treats a table: what a row is, which values it keeps, and which fields it leaves out.

A table that isn't named in `audited_tables` is recorded as well, and so is a new field: without their values, which may
be secret or personal. Only `NOT_AUDITED` is left out.
"""

from dataclasses import dataclass
from typing import Any

from storefront.models import AuditKind

# What the shop itself keeps. What led to it is recorded.
NOT_AUDITED = frozenset(
    (
        "audit_entry",
        # Who signs in is in the security log.
        *("admin_session", "sign_in_failure"),
        # Typed and not saved, or not uploaded completely. A file is recorded with what delivers it.
        *("kept_form", "file_upload", "stored_file"),
        # Says in words what the order's own row says.
        "timeline_entry",
        # The product and prices that an offer has at Stripe.
        "catalog_price",
        # Counts and limits.
        *("checkout_press", "code_guess", "decline", "offer_view", "unpaid_order_email", "ignored_delivery"),
        *("webhook_refusal", "stripe_request_counter", "measurement"),
        # The state of work in the background.
        *("event_claim", "job_run", "mail_outage", "outgoing_event", "proxy_observation", "stripe_customer_deletion"),
        *("stripe_refusal", "webhook_event", "pending_sign_in", "telegram_message"),
        # What Stripe says about money, and what an import has found there.
        *("balance_reading", "balance_transaction", "payout", "imported_price"),
        # Customers ask for these.
        *("letter_request", "waiting_customer"),
        # Computed from other rows.
        *("customer", "customer_total"),
    )
)


@dataclass(frozen=True)
class AuditedTable:
    """`shown` are the fields whose values the log keeps, `ignored` those that are no change.

    Of all others it says only that they have changed. `money` are amounts in minor units of the row's currency.
    `label` is the format of a row's name, and `owner` the field with the row that it belongs to, if it isn't an object
    of its own.
    """

    kind: AuditKind
    shown: str = ""
    ignored: str = ""
    money: str = ""
    label: str = ""
    owner: str = ""

    def is_shown(self, field: str) -> bool:
        """Whether the values of this field are kept."""
        return field in self.shown.split() or field in self.money.split()

    def is_ignored(self, field: str) -> bool:
        """Whether a change of this field is none of the object's."""
        is_copy = field.endswith("_folded") and field != "details_folded"
        return is_copy or field in _ALWAYS_IGNORED or field in self.ignored.split()

    def label_of(self, row: Any) -> str:
        """The row's name, "" for none."""
        return self.label.format(row=row)


_ALWAYS_IGNORED = frozenset(("id", "created_at", "updated_at", "request_number", "public_id"))

UNKNOWN = AuditedTable(AuditKind.OTHER)
# Fields with a percentage, and how many of their units are one percent.
PERCENTAGES = {"tax_rate": 1000, "percent": 100}
