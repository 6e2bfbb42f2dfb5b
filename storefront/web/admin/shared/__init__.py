"""What several admin pages share: list queries, htmx responses, URLs, QR codes, the refund form."""

from flask import Flask
from flask_babel import format_number

from storefront.team import browser_name
from storefront.web.admin.shared import large_uploads
from storefront.web.admin.shared.csv_files import BYTE_ORDER_MARK, FORMULA_STARTS, csv_line
from storefront.web.admin.shared.exports import (
    Column,
    ColumnKind,
    ListExport,
    Table,
    Value,
    export_blueprint,
    send_list,
)
from storefront.web.admin.shared.frame import (
    FRAME_KINDS,
    MODES,
    choose_mode,
    chosen_mode,
    count_open_renewals,
    keep_frame_counts,
    offers_modes,
)
from storefront.web.admin.shared.htmx import show_error, show_notice, wants_fragment
from storefront.web.admin.shared.large_uploads import large_body
from storefront.web.admin.shared.list_query import (
    MAX_SEARCH_LENGTH,
    ListAddress,
    chosen_rows,
    dates_from_query,
    mode_from_query,
    place_in_list,
    search_text,
    sort_from_query,
    times_of,
    typed_mode,
    whole_number,
    without_arguments,
)
from storefront.web.admin.shared.months import Month, chosen_month
from storefront.web.admin.shared.offer_filter import OfferFilter
from storefront.web.admin.shared.order_lookup import order_or_404
from storefront.web.admin.shared.outside_payment_form import MARKING_OBSTACLES, submit_outside_payment
from storefront.web.admin.shared.password_check import busy_message, lockout_message, own_password_problem
from storefront.web.admin.shared.qr_codes import qr_code_file, qr_code_svg
from storefront.web.admin.shared.recent_password import confirm_password, password_fragment, requires_recent_password
from storefront.web.admin.shared.refund_form import add_refund_errors, new_refund_form, submit_refund
from storefront.web.admin.shared.streamed_files import streamed_file
from storefront.web.admin.shared.uploads import allow_long_texts, allow_uploads
from storefront.web.admin.shared.urls import (
    account_url,
    offer_url,
    order_url,
    stripe_found_payment_url,
    stripe_invoice_url,
    stripe_listed_url,
    stripe_payment_url,
    stripe_payout_url,
    stripe_subscription_url,
)

__all__ = [
    "BYTE_ORDER_MARK",
    "FORMULA_STARTS",
    "FRAME_KINDS",
    "MARKING_OBSTACLES",
    "MAX_SEARCH_LENGTH",
    "MODES",
    "Column",
    "ColumnKind",
    "ListAddress",
    "ListExport",
    "Month",
    "OfferFilter",
    "Table",
    "Value",
    "account_url",
    "add_refund_errors",
    "allow_long_texts",
    "allow_uploads",
    "busy_message",
    "choose_mode",
    "chosen_mode",
    "chosen_month",
    "chosen_rows",
    "confirm_password",
    "count_open_renewals",
    "csv_line",
    "dates_from_query",
    "export_blueprint",
    "init_app",
    "keep_frame_counts",
    "large_body",
    "lockout_message",
    "mode_from_query",
    "new_refund_form",
    "offer_url",
    "offers_modes",
    "order_or_404",
    "own_password_problem",
    "password_fragment",
    "place_in_list",
    "qr_code_file",
    "qr_code_svg",
    "requires_recent_password",
    "search_text",
    "send_list",
    "show_error",
    "show_notice",
    "sort_from_query",
    "streamed_file",
    "submit_outside_payment",
    "submit_refund",
    "times_of",
    "typed_mode",
    "wants_fragment",
    "whole_number",
    "without_arguments",
]


def init_app(app: Flask) -> None:
    """Let templates call the functions that build URLs, and format whole numbers for the page's language."""
    stripe = (stripe_found_payment_url, stripe_invoice_url, stripe_payment_url, stripe_payout_url)
    of_subscriptions = (stripe_listed_url, stripe_subscription_url)
    app.jinja_env.filters.update(whole_number=format_number, browser_name=browser_name)
    for function in (offer_url, order_url, *stripe, *of_subscriptions):
        app.jinja_env.globals[function.__name__] = function
    large_uploads.init_app(app)
