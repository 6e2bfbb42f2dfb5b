"""The form for the delays and limits."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from storefront.web.forms.base import Form


class LimitsForm(Form):
    """A field for each of `settings.Settings`. `settings.save` checks the ranges."""

    letter_after_minutes = StringField(_l("Unpaid-order email, minutes"))
    order_expiry_hours = StringField(_l("Unpaid orders expire after, hours"))
    stock_hold_minutes = StringField(_l("Stock reservation, minutes"))
    first_reminder_days = StringField(_l("First renewal reminder, days"))
    second_reminder_days = StringField(_l("Second reminder, days"))
    third_reminder_days = StringField(_l("Third reminder, days"))
    request_reminder_days = StringField(_l("Payment request reminders every, days"))
    declines_per_order = StringField(_l("Declined cards per order"))
    declines_per_address_hour = StringField(_l("Declined cards per IP address and hour"))
    declines_per_offer_hour = StringField(_l("Declined cards per offer and hour"))
    declines_per_merchant_hour = StringField(_l("Declined cards per Stripe account and hour"))
    declines_refused_times = StringField(_l("Refuse payments beyond this multiple"))
    checkouts_per_address_hour = StringField(_l("Unpaid orders per IP address and hour"))
    checkouts_per_email_hour = StringField(_l("Unpaid orders per email address and hour"))
    checkouts_per_shop_hour = StringField(_l("Unpaid orders in the shop per hour"))
    checkouts_refused_times = StringField(_l("Refuse new orders beyond this multiple"))
    presses_per_visit = StringField(_l("Pay button presses in 10 minutes"))
    code_guesses_per_address_hour = StringField(_l("Unknown promo codes per IP address and hour"))
    unpaid_emails_per_day = StringField(_l("Emails about unpaid orders per day"))
    unpaid_orders_kept_days = StringField(_l("Keep unpaid orders, days"))
    email_texts_kept_days = StringField(_l("Keep email texts, days"))
    events_kept_days = StringField(_l("Keep Stripe events, days"))
    deliveries_kept_days = StringField(_l("Keep outgoing webhooks and Telegram messages, days"))
    declines_kept_days = StringField(_l("Keep declined attempts, days"))
    audit_kept_days = StringField(_l("Keep the audit log, days"))

    access_grace_days = StringField(_l("Access after a failed renewal, days"))
    keys_low = StringField(_l("Warn when license keys are down to"))
    file_max_megabytes = StringField(_l("Largest file, MB"))
    file_link_hours = StringField(_l("Download links work for, hours"))
    file_downloads = StringField(_l("Downloads per file and order"))
    unused_files_kept_days = StringField(_l("Keep unused files, days"))

    backups_kept_days = StringField(_l("Daily backups to keep"))
    backups_kept_weeks = StringField(_l("Weekly backups to keep"))
    backups_kept_months = StringField(_l("Monthly backups to keep"))

    session_idle_hours = StringField(_l("Sign out after inactivity, hours"))
    session_days = StringField(_l("Longest sign-in, days"))

    def values(self) -> dict[str, int]:
        """The settings as numbers; -1 for a field that isn't a number."""
        return {field.name: _number(field.data) for field in self.typed_fields()}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
