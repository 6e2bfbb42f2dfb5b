"""What all pages share: languages, security headers, sign-in, assets, error pages, formatting of amounts and dates."""

from flask import Flask

from storefront.web.support import (
    admin_session,
    assets,
    caching,
    error_pages,
    failure_log,
    filters,
    languages,
    proxy_watch,
    request_rules,
    security,
    security_events,
    sessions,
    shop_profile,
    url_converters,
    vanished_rows,
    view_count,
)
from storefront.web.support.admin_session import (
    ask_to_sign_in,
    begin_session,
    end_session,
    safe_next,
    sign_in_fragment,
)
from storefront.web.support.bank_return import remove_return_parameters, remove_return_secret
from storefront.web.support.caching import (
    CachedPages,
    PageContent,
    PageKind,
    Rows,
    fragment,
    page_rows,
    private_page,
    public_page,
)
from storefront.web.support.card_label import card_expiry, card_name
from storefront.web.support.dates import begin_of_day, day, day_of, shop_zone, today
from storefront.web.support.error_pages import answers_script, set_retry_after
from storefront.web.support.filters import file_size, money, plain_text
from storefront.web.support.form_tokens import form_page, is_upload_token
from storefront.web.support.form_tokens import read as read_form_token
from storefront.web.support.kept_forms import SECRET_FIELDS, kept_fields, restore_form
from storefront.web.support.languages import (
    LANGUAGE_NAMES,
    LANGUAGES,
    current_language,
    rendering_in,
    set_page_language,
)
from storefront.web.support.mode import mode_name
from storefront.web.support.order_statuses import order_status
from storefront.web.support.prices.price_text import (
    charge_schedule,
    consent_text,
    interval_text,
    listed_price,
    marked_amount,
    plain_amount,
    price_sentence,
    subscription_price,
    two_step_schedule,
    unclear_terms,
)
from storefront.web.support.prices.tax_rows import TaxRow, tax_note, tax_row
from storefront.web.support.request_log import RequestLog
from storefront.web.support.request_rules import check_hosts
from storefront.web.support.same_origin import origin_of
from storefront.web.support.security import (
    allow_frames_on,
    allow_own_frames,
    allow_stripe,
    csrf,
    keep_private,
    refuse_other_sites,
    require_same_origin,
    shop_config,
    shop_words,
)
from storefront.web.support.security_events import audit_request, log_security_event
from storefront.web.support.sessions import YEAR_SECONDS, NearClockSigner, cookie_name
from storefront.web.support.shop_profile import (
    asking_seller,
    current_legal,
    current_profile,
    rendering_shop,
    with_contact,
)
from storefront.web.support.vanished_rows import log_vanished_row
from storefront.web.support.view_count import note_view

__all__ = [
    "LANGUAGES",
    "LANGUAGE_NAMES",
    "SECRET_FIELDS",
    "YEAR_SECONDS",
    "CachedPages",
    "NearClockSigner",
    "PageContent",
    "PageKind",
    "RequestLog",
    "Rows",
    "TaxRow",
    "allow_frames_on",
    "allow_own_frames",
    "allow_stripe",
    "answers_script",
    "ask_to_sign_in",
    "asking_seller",
    "audit_request",
    "begin_of_day",
    "begin_session",
    "card_expiry",
    "card_name",
    "charge_schedule",
    "check_hosts",
    "consent_text",
    "cookie_name",
    "csrf",
    "current_language",
    "current_legal",
    "current_profile",
    "day",
    "day_of",
    "end_session",
    "file_size",
    "form_page",
    "fragment",
    "init_app",
    "interval_text",
    "is_upload_token",
    "keep_private",
    "kept_fields",
    "listed_price",
    "log_security_event",
    "log_vanished_row",
    "marked_amount",
    "mode_name",
    "money",
    "note_view",
    "order_status",
    "origin_of",
    "page_rows",
    "plain_amount",
    "plain_text",
    "price_sentence",
    "private_page",
    "public_page",
    "read_form_token",
    "refuse_other_sites",
    "remove_return_parameters",
    "remove_return_secret",
    "rendering_in",
    "rendering_shop",
    "require_same_origin",
    "restore_form",
    "safe_next",
    "set_page_language",
    "set_retry_after",
    "shop_config",
    "shop_words",
    "shop_zone",
    "sign_in_fragment",
    "subscription_price",
    "tax_note",
    "tax_row",
    "today",
    "two_step_schedule",
    "unclear_terms",
    "with_contact",
]


def init_app(app: Flask) -> None:
    """Set up what every page shares: languages, URL converters, filters, security, sign-in, assets, error pages."""
    parts = (
        request_rules,
        proxy_watch,
        view_count,
        languages,
        url_converters,
        filters,
        shop_profile,
        caching,
        security,
        sessions,
        admin_session,
        security_events,
        assets,
        error_pages,
        failure_log,
        vanished_rows,
    )
    for part in parts:
        part.init_app(app)
