"""What several admin pages share: htmx answers, URLs, QR codes."""

from storefront.web.admin.shared.htmx import show_error, show_notice, wants_fragment
from storefront.web.admin.shared.order_lookup import order_or_404
from storefront.web.admin.shared.qr_codes import qr_code_svg
from storefront.web.admin.shared.refund_form import show_refusal, submit_refund
from storefront.web.admin.shared.urls import (
    account_url,
    offer_url,
    order_url,
    stripe_invoice_url,
    stripe_payment_url,
    stripe_subscription_url,
)

__all__ = [
    "account_url",
    "offer_url",
    "order_or_404",
    "order_url",
    "qr_code_svg",
    "show_error",
    "show_notice",
    "show_refusal",
    "stripe_invoice_url",
    "stripe_payment_url",
    "stripe_subscription_url",
    "submit_refund",
    "wants_fragment",
]
