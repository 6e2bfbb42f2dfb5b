"""Words for the entries of the audit log: who, what, on what, and the names of fields as their forms have them."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.fields.core import UnboundField

from storefront.models import ActorKind, AuditAction, AuditEntry, AuditKind, EmailKind
from storefront.web import forms
from storefront.web.admin.labels import email_kind

KINDS = {
    AuditKind.OFFER: _l("Offer"),
    AuditKind.ORDER: _l("Order"),
    AuditKind.SUBSCRIPTION: _l("Subscription"),
    AuditKind.CUSTOMER: _l("Customer"),
    AuditKind.PAYMENT_REQUEST: _l("Payment request"),
    AuditKind.PROMO_CODE: _l("Promo code"),
    AuditKind.MERCHANT: _l("Stripe account"),
    AuditKind.SETTINGS: _l("Settings"),
    AuditKind.TEMPLATE: _l("Email template"),
    AuditKind.EMAIL: _l("Email"),
    AuditKind.TEAM_MEMBER: _l("Team member"),
    AuditKind.API_TOKEN: _l("API token"),
    AuditKind.WEBHOOK_ENDPOINT: _l("Webhook endpoint"),
    AuditKind.NOTIFICATIONS: _l("Notifications"),
    AuditKind.FOUND_PAYMENT: _l("Payment without an order"),
    AuditKind.SHOP: _l("Shop"),
    AuditKind.OTHER: _l("Other"),
}
ACTIONS = {
    AuditAction.CREATED: _l("Created"),
    AuditAction.CHANGED: _l("Changed"),
    AuditAction.DELETED: _l("Deleted"),
    AuditAction.ERASED: _l("Erased"),
    AuditAction.RESTORED: _l("Restored from a backup"),
    AuditAction.USED: _l("Used"),
    AuditAction.REFUSED: _l("Refused"),
}
# Rows that belong to an object, by their table.
PARTS = {
    "price_option": _l("Price option"),
    "former_address": _l("Former URL"),
    "deliverable": _l("Delivery"),
    "license_key": _l("License key"),
    "payment": _l("Payment"),
    "refund": _l("Refunded amount"),
    "dispute": _l("Dispute"),
    "document": _l("Document"),
    "delivery": _l("Delivery"),
    "outside_payment": _l("Mark as paid"),
    "plan_switch": _l("Switch plan"),
    "second_factor": _l("Two-step verification"),
    "recovery_code": _l("Recovery codes"),
    "passkey": _l("Passkey"),
    "order_answer": _l("Answer"),
    "order_line": _l("Order line"),
    "cancellation_statement": _l("Cancellation"),
    "letter": _l("Email"),
    "invoice": _l("Stripe invoice"),
    "promo_code_offer": _l("Offer"),
    "webhook_delivery": _l("Event"),
}
_FORMS: dict[str, Any] = {
    AuditKind.SETTINGS: forms.LimitsForm,
    AuditKind.OFFER: forms.OfferForm,
    AuditKind.PROMO_CODE: forms.PromoCodeForm,
    AuditKind.PAYMENT_REQUEST: forms.PaymentRequestForm,
    AuditKind.MERCHANT: forms.MerchantForm,
    AuditKind.TEMPLATE: forms.CustomTextForm,
    AuditKind.WEBHOOK_ENDPOINT: forms.WebhookEndpointForm,
}
# Fields that no form has, or has under another name.
_FIELDS = {
    "access_ends": _l("Access"),
    "addons": _l("Add-ons"),
    "amount": _l("Amount"),
    "amount_paid": _l("Paid"),
    "amount_received": _l("Paid"),
    "api_base": _l("Stripe API address"),
    "at_once": _l("Immediately"),
    "cancel_at": _l("Cancels on"),
    "canceled_at": _l("Canceled"),
    "cancels_at_period_end": _l("Cancels at the end of the period"),
    "charges_enabled": _l("Charges enabled"),
    "code": _l("Promo code"),
    "confirmed_at": _l("Confirmed"),
    "country": _l("Country"),
    "currency": _l("Currency"),
    "decided_at": _l("Done"),
    "default_currency": _l("Currency"),
    "details": _l("Details"),
    "details_folded": _l("Notes and answers"),
    "disabled_reason": _l("Disabled"),
    "disconnected_at": _l("Disconnected"),
    "disconnecting_at": _l("Being disconnected"),
    "effective_at": _l("Starting"),
    "email": _l("Email"),
    "end_reason": _l("Reason"),
    "ended_at": _l("Ended"),
    "ends_at": _l("Ends"),
    "expires_at": _l("Expires"),
    "failure": _l("Failed"),
    "file": _l("File"),
    "for_earlier": _l("For earlier orders too"),
    "gross": _l("Amount"),
    "handled_at": _l("Done"),
    "host": _l("Domain"),
    "is_active": _l("Active"),
    "is_for_some": _l("Only for some offers"),
    "is_held": _l("Numbers on hold"),
    "is_undecided": _l("Number not decided"),
    "js_url": _l("Stripe.js address"),
    "kind": _l("Kind"),
    "kinds": _l("Events"),
    "label": _l("Label"),
    "label_before": _l("Previous plan"),
    "language": _l("Language"),
    "last": _l("Last number"),
    "legal": _l("Legal"),
    "method": _l("Payment method"),
    "minimum_amount": _l("Minimum price"),
    "mode": _l("Mode"),
    "name": _l("Name"),
    "next_unit_amount": _l("New price"),
    "off_reason": _l("Reason"),
    "paid_at": _l("Paid"),
    "paid_outside": _l("Paid outside the shop"),
    "password_hash": _l("Password"),
    "pause_reason": _l("Reason"),
    "paused": _l("Paused"),
    "picture": _l("Image"),
    "position": _l("Position"),
    "prefix": _l("Prefix"),
    "preselected": _l("Preselected"),
    "quantity": _l("Quantity"),
    "questions": _l("Questions"),
    "reason": _l("Reason"),
    "received_on": _l("Received on"),
    "redirect_secret_encrypted": _l("Signing secret"),
    "reminded_at": _l("Reminder"),
    "removed_at": _l("Removed"),
    "resumes_at": _l("Resume on"),
    "revoked_at": _l("Revoked"),
    "role": _l("Role"),
    "scope": _l("Access"),
    "secret_encrypted": _l("Signing secret"),
    "secret_key_encrypted": _l("Secret key"),
    "secret_key_last4": _l("Secret key"),
    "sent_at": _l("Sent"),
    "shipping_prices": _l("Shipping prices"),
    "slug": _l("URL"),
    "starts_at": _l("Starts"),
    "state": _l("Status"),
    "status": _l("Status"),
    "stripe_account_id": _l("Stripe account"),
    "subject": _l("Subject"),
    "switched_charge": _l("Next charge"),
    "tax": _l("Tax"),
    "tax_rates": _l("Tax rates"),
    "time_zone": _l("Time zone"),
    "title": _l("Title"),
    "token_hash": _l("API token"),
    "trial_end": _l("Trial ends"),
    "types": _l("Events"),
    "unit_amount": _l("Price"),
    "unwanted": _l("To be canceled"),
    "url": _l("Link"),
    "wanted": _l("Kind of cancellation"),
    "webhook_by_hand": _l("Webhook set up by hand"),
    "webhook_secret_encrypted": _l("Signing secret"),
    "webhook_url": _l("Webhook address"),
    "withdrawal_handled_at": _l("Withdrawal handled"),
    "withdrawn_at": _l("Withdrawn"),
    "year": _l("Year"),
}


def actor_text(entry: AuditEntry) -> str:
    """Who it was, as words."""
    if entry.actor == ActorKind.COMMAND:
        return _("Command line")
    if entry.actor == ActorKind.TOKEN:
        return _("API token")
    return "" if entry.who else _("Not signed in")


def object_text(entry: AuditEntry) -> str:
    """The object's name at the time of the change."""
    is_email = entry.kind == AuditKind.EMAIL and entry.label in tuple(EmailKind)
    return email_kind(entry.label) if is_email else str(entry.label)


def field_text(entry: AuditEntry, part: str, field: str) -> str:
    """The name of a field, after what it is a part of: `Price option “Monthly”: Price`."""
    table, _colon, name = part.partition(":")
    words = _part_text(table, name) if table else ""
    if not field:
        return words
    label = _field_label(entry.kind, table, field)
    return f"{words}: {label}" if words else label


def value_text(value: Any) -> str:
    """A value before or after a change; "" for none."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return "" if value is None else str(value)


def _part_text(table: str, name: str) -> str:
    words = str(PARTS[table]) if table in PARTS else _readable(table)
    return f"{words} “{name}”" if name else words


def _field_label(kind: str, table: str, field: str) -> str:
    setting, _dot, key = field.partition(".")
    if key == "rows":
        return _("Changed rows: %(what)s", what=_part_text(setting, ""))
    if key:
        of_form = _of_form(forms.ShopProfileForm, key)
        return of_form or f"{_field_label(kind, table, setting)}: {_readable(key)}"
    form = (
        forms.LimitsForm if kind == AuditKind.SETTINGS else _FORMS.get(kind) if table in ("", "price_option") else None
    )
    of_form = _of_form(form, field) if form is not None else ""
    return of_form or (str(_FIELDS[field]) if field in _FIELDS else _readable(field))


def _of_form(form: Any, field: str) -> str:
    """The label of a form's field; "" if it has none."""
    arguments: tuple[Any, ...] = getattr(getattr(form, field, None), "args", ())
    # A list of forms begins with the kind of its rows.
    is_label = bool(arguments) and not isinstance(arguments[0], type | UnboundField)
    return str(arguments[0]) if is_label and arguments[0] else ""


def _readable(name: str) -> str:
    return name.removesuffix("_encrypted").removesuffix("_at").replace("_", " ")
