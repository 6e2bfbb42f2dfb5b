"""Every table is either deleted from after a time, or named here as one that is kept, with the reason."""

from dataclasses import fields

from flask import Flask

from storefront import db
from storefront.settings import Settings
from tests.architecture.source import ROOT

# Tables whose rows are deleted, or emptied, by `worker.retention`; the setting that says when, "" where a limit does.
DELETED = {
    "letter": "email_texts_kept_days",
    "mail_outage": "email_texts_kept_days",
    "webhook_event": "events_kept_days",
    "outgoing_event": "deliveries_kept_days",
    "webhook_delivery": "deliveries_kept_days",
    "telegram_message": "deliveries_kept_days",
    "decline": "declines_kept_days",
    "audit_entry": "audit_kept_days",
    "stored_file": "unused_files_kept_days",
    "admin_session": "session_days",
    # Unpaid orders go with all their rows; paid ones stay.
    "shop_order": "unpaid_orders_kept_days",
    "file_upload": "",
    "kept_form": "",
    "pending_sign_in": "",
    "checkout_press": "",
    "code_guess": "",
    "letter_request": "",
    "unpaid_order_email": "",
    "cancellation_statement": "",
}
# Deleted where they are written: each new row deletes the old ones.
# Kept in step with their tables by triggers, and the list of migrations.
NOT_OURS = ("_search", "schema_migration", "sqlite_")
DELETED_BY_THE_NEXT = {"sign_in_failure", "team_invitation", "account_link"}
KEPT = {
    "the books, which the law asks for": """
        payment subscription invoice refund dispute document document_series outside_payment payment_request
        found_payment balance_transaction payout plan_switch""",
    "parts of an order, which go with it": """
        delivery download order_answer order_line timeline_entry email_change former_address
        promo_code_offer license_key""",
    "what the owner has made, until the owner deletes it": """
        admin catalog_price deliverable letter_wording merchant offer passkey price_option promo_code
        api_token recovery_code second_factor shop_setting telegram_channel webhook_endpoint""",
    "one row for each merchant, kind, job or object, whatever happens": """
        balance_reading counter event_claim ignored_delivery imported_price job_run listing_mark measurement
        proxy_observation stripe_refusal stripe_request_counter subscription_import webhook_refusal
        zone_offset""",
    "one number a day for each offer, which the funnel compares over years": "offer_view",
    "the customer's wish, until it is fulfilled or the customer is erased": """
        email_opt_out stripe_customer_deletion waiting_customer""",
    "computed from other rows, and gone with them": "customer customer_total derived_state open_renewal",
}


def test_each_table_is_deleted_from_or_kept_for_a_reason(app: Flask) -> None:
    kept = [name for names in KEPT.values() for name in names.split()]
    assert len(kept) == len(set(kept))
    decided = {*DELETED, *DELETED_BY_THE_NEXT, *kept}
    tables = {name for name in db.db.get_tables() if not any(part in name for part in NOT_OURS)}
    assert tables - decided == set(), "decide how long their rows are kept"
    assert decided - tables == set()


def test_each_time_is_a_setting_on_the_page_that_owners_know() -> None:
    page = (ROOT / "templates/admin/settings/delays_and_limits.html").read_text()
    names = {field.name for field in fields(Settings)}
    for setting in set(DELETED.values()) - {""}:
        assert setting in names and f"form.{setting}," in page, setting
