"""What the audit log says about each table."""

from storefront.models import AuditKind
from storefront.team.audited_table import AuditedTable

_TERMS = "kind every interval trial_days instalments cancellation"

AUDITED: dict[str, AuditedTable] = {
    "offer": AuditedTable(
        AuditKind.OFFER,
        f"""
        {_TERMS} on_sale_from on_sale_until tax_name tax_rate tax_included tax_rates asks_shipping shipping_prices slug
        title short_description description thank_you redirect_url currency addons merchant mode language status listed
        max_quantity min_quantity stock waiting_list statement_descriptor_suffix withdrawal_days no_withdrawal_reason
        asks_country asks_company plan_switching questions picture picture_alt access_ends allowed_sites
        """,
        "last_addon_id last_question_id option_count option_stock delivers key_lists picture_width picture_height",
        "amount minimum_amount",
        "{row.title}",
    ),
    "price_option": AuditedTable(
        AuditKind.OFFER,
        f"{_TERMS} label stock preselected position",
        "offer",
        "amount minimum_amount",
        "{row.label}",
        "offer",
    ),
    "former_address": AuditedTable(AuditKind.OFFER, "slug", "offer", "", "{row.slug}", "offer"),
    "deliverable": AuditedTable(
        AuditKind.OFFER,
        "kind title url file for_earlier removed_at position",
        "option_id replaces_id announced announced_to told_low_at told_out_at offer",
        "",
        "{row.title}",
        "offer",
    ),
    "license_key": AuditedTable(AuditKind.OFFER, "", "value deliverable", owner="deliverable"),
    "merchant": AuditedTable(
        AuditKind.MERCHANT,
        """
        name mode publishable_key secret_key_last4 stripe_account_id country default_currency charges_enabled api_base
        js_url webhook_url webhook_by_hand disconnecting_at disconnected_at
        """,
        # What the shop has found out.
        """
        currencies descriptor_prefix pair_verified lacks checked_at check_problem webhook_events events_taken_until
        webhook_problem endpoint_problem endpoint_problem_at endpoint_checked_at events_missing_since wallet_domain
        wallets wallet_problem payments_to_close payments_left_open previous_webhook_secret_until returned_at
        previous_publishable_key previous_secret_key_last4 previous_keys_until refused_key_last4
        """,
        label="{row.name}",
    ),
    "shop_order": AuditedTable(
        AuditKind.ORDER,
        "status quantity currency withdrawn_at withdrawal_handled_at sent_at paid_at paid_outside expires_at code",
        "asked_at answered_at answer_count decline_limit redirects",
        "amount",
        "#{row.number}",
    ),
    "payment": AuditedTable(
        AuditKind.ORDER,
        "kind status",
        """
        stripe_metadata takes_link intent_id error_code decline_code attempt challenged earlier_reason card_brand
        card_last4 checked_at touched_at next_check_at refunds_check_at ended_at end_reason order merchant currency
        statement_descriptor_suffix
        """,
        "amount",
        owner="order",
    ),
    "refund": AuditedTable(
        AuditKind.ORDER,
        "status reason failure",
        "checked_at keys_used_up order payment refund_id currency origin",
        "amount",
        owner="order",
    ),
    "dispute": AuditedTable(
        AuditKind.ORDER, "status reason", "order payment dispute_id currency evidence_due_at", "amount", owner="order"
    ),
    "document": AuditedTable(
        AuditKind.ORDER,
        "kind is_undecided",
        "content order refund invoice charge position about series year sequence month mode language currency"
        " issued_at",
        "gross",
        owner="order",
    ),
    "delivery": AuditedTable(AuditKind.ORDER, "", "items given_at order", owner="order"),
    "order_answer": AuditedTable(AuditKind.ORDER, "", "order position question_id", owner="order"),
    "order_line": AuditedTable(AuditKind.ORDER, "title quantity", "order position", owner="order"),
    "cancellation_statement": AuditedTable(AuditKind.ORDER, "wanted handled_at", "order order_number", owner="order"),
    "letter": AuditedTable(
        AuditKind.EMAIL,
        "kind state",
        """
        about order subscription invoice mode offer_id recipient language detail due_at subject text html claimed_until
        claimed_by attempts problem delivered_to done_at
        """,
        label="{row.kind}",
        owner="order",
    ),
    "subscription": AuditedTable(
        AuditKind.SUBSCRIPTION,
        """
        status quantity currency paused pause_reason resumes_at trial_end cancel_at cancels_at_period_end canceled_at
        ended_at end_reason unwanted
        """,
        """
        synced_at next_check_at items_total discount next_discount item_id schedule_id subscription_id period_start
        period_end promised_end plan_completed begins_free unclear_terms card_id card_brand card_last4 card_exp_month
        card_exp_year card_removed_at payment switch_id
        """,
        "unit_amount next_unit_amount switched_charge",
        "#{row.order.number}",
    ),
    "invoice": AuditedTable(
        AuditKind.SUBSCRIPTION,
        "status paid_at",
        """
        number intent_id intent_status error_code decline_code needs attempts next_attempt_at failed_at card_taken
        payment period_start period_end subscription reason invoice_id currency
        """,
        "amount amount_paid amount_received",
        owner="subscription",
    ),
    "payment_request": AuditedTable(
        AuditKind.PAYMENT_REQUEST,
        """
        title name email currency language state expires_at withdrawal_days no_withdrawal_reason merchant tax_name
        tax_rate tax_included reminded_at
        """,
        "token reminders next_reminder_at order mode",
        "amount tax",
        "{row.title}",
    ),
    "promo_code": AuditedTable(
        AuditKind.PROMO_CODE,
        "code percent currency applies_to is_for_some starts_at ends_at total_uses uses_per_customer is_active",
        "",
        "amount",
        "{row.code}",
    ),
    "promo_code_offer": AuditedTable(
        AuditKind.PROMO_CODE, "", "promo_code offer", "", "{row.offer.title}", "promo_code"
    ),
    "account_link": AuditedTable(AuditKind.CUSTOMER, "ended_at", "mailed issued_at email", label="{row.email}"),
    "found_payment": AuditedTable(
        AuditKind.FOUND_PAYMENT, "decided_at currency", "found_at livemode recurs", "amount", "{row.stripe_id}"
    ),
    "shop_setting": AuditedTable(AuditKind.SETTINGS),
    "document_series": AuditedTable(AuditKind.SETTINGS, "prefix year last is_held", label="{row.prefix}"),
    "letter_wording": AuditedTable(
        AuditKind.TEMPLATE, "kind language subject words", label="{row.kind} · {row.language}"
    ),
    "admin": AuditedTable(
        AuditKind.TEAM_MEMBER, "email role", "language session_version signed_in_at", label="{row.email}"
    ),
    "api_token": AuditedTable(
        AuditKind.API_TOKEN,
        "name scope expires_at revoked_at",
        "hint created_by last_used_at minute requests",
        label="{row.name}",
    ),
    "webhook_endpoint": AuditedTable(
        AuditKind.WEBHOOK_ENDPOINT,
        "url types disabled_reason",
        "old_secret_encrypted old_secret_until failing_since disabled_at",
        label="{row.url}",
    ),
    "webhook_delivery": AuditedTable(
        AuditKind.WEBHOOK_ENDPOINT,
        "state",
        "attempts due_at claimed_until status problem answer milliseconds attempted_at endpoint event",
        label="{row.event.type}",
        owner="endpoint",
    ),
    "team_invitation": AuditedTable(AuditKind.TEAM_MEMBER, "email role sent_at", "key invited_by", label="{row.email}"),
    "plan_switch": AuditedTable(
        AuditKind.SUBSCRIPTION,
        "state at_once label label_before quantity effective_at end_reason",
        "subscription by option_id title currency every interval due prorated_at price_id schedule_id invoice_id charge"
        " ended_at",
        "unit_amount",
        owner="subscription",
    ),
    "second_factor": AuditedTable(
        AuditKind.TEAM_MEMBER, "confirmed_at", "admin last_step secret_encrypted", owner="admin"
    ),
    "recovery_code": AuditedTable(AuditKind.TEAM_MEMBER, "", "admin code_hash", owner="admin"),
    "passkey": AuditedTable(
        AuditKind.TEAM_MEMBER,
        "name host",
        "admin credential_id public_key sign_count last_used_at",
        "",
        "{row.name}",
        "admin",
    ),
    "outside_payment": AuditedTable(
        AuditKind.ORDER, "method received_on", "order recorded_by recorded_at refunded_by refunded_at", owner="order"
    ),
    "subscription_import": AuditedTable(
        AuditKind.MERCHANT, "", "merchant cursor seen adopted left_out problem started_at finished_at", owner="merchant"
    ),
    "telegram_channel": AuditedTable(
        AuditKind.NOTIFICATIONS, "kinds details language off_reason", "token_hint failing_since problem sent_at"
    ),
}
