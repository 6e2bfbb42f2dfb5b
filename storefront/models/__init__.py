"""The records of the shop: fields, queries and rules, one record a file.

Public: every record, its enums and constants, and the clock (`now`).
"""

from storefront.db import register_derived
from storefront.models.balance.balance_reading import BalanceList, BalanceReading
from storefront.models.balance.balance_transaction import BalanceCategory, BalanceTransaction
from storefront.models.balance.payout import Payout, PayoutStatus
from storefront.models.base import CLOCK_TOLERANCE, Record, is_due, is_recent, now, public_id
from storefront.models.copied_columns import COPIED_COLUMNS
from storefront.models.counters.best_offers import BestOffer, best_offers
from storefront.models.counters.by_day import DayCount, counts_by_day, days_in, days_query
from storefront.models.counters.counter import (
    Count,
    Counter,
    CounterKind,
    Counts,
    compact_counters,
    counts,
    units_by_status,
)
from storefront.models.counters.definitions import COUNTERS
from storefront.models.counters.measurement import Measurement, Measurements
from storefront.models.counters.open_renewal import OpenRenewalRow
from storefront.models.counters.takings import follow_zone
from storefront.models.counters.zone_offset import ZONE_OFFSETS
from storefront.models.customers.account_link import AccountLink
from storefront.models.customers.cancellation_statement import CancellationStatement, WantedEnd
from storefront.models.customers.customer import Customer, CustomerSums, CustomerTotal
from storefront.models.customers.customer_rows import CUSTOMERS
from storefront.models.customers.email_change import EmailChange
from storefront.models.customers.email_lookup import lock_orders, ordered_by, orders_of_customer, sent_to, subscribed_by
from storefront.models.customers.erased_customer import StripeCustomerDeletion, erased_address, is_erased
from storefront.models.delivery.deliverable import MAX_URL, Deliverable, DeliverableKind
from storefront.models.delivery.delivery import Delivery, Download
from storefront.models.delivery.file_upload import FileUpload
from storefront.models.delivery.license_key import (
    HELD_KEYS,
    MAX_KEY_LENGTH,
    OFFER_KEYS_LEFT,
    OPTION_KEYS_LEFT,
    LicenseKey,
    keys_by_state,
)
from storefront.models.delivery.stored_file import MAX_FILE_NAME, StoredFile
from storefront.models.documents.document import Document, DocumentKind, outstanding, series_of
from storefront.models.documents.document_series import ALL_SERIES, DocumentNumber, DocumentSeries
from storefront.models.documents.immutability import DOCUMENTS
from storefront.models.documents.shown_order import ShownOrder
from storefront.models.emails.email import CustomEmailText, Email, EmailState, recent_days_begin
from storefront.models.emails.email_kind import EmailKind
from storefront.models.emails.email_opt_out import EmailOptOut, EmailTopic
from storefront.models.emails.email_request import EmailRequest
from storefront.models.emails.mail_outage import MailOutage
from storefront.models.emails.unpaid_order_email import UnpaidOrderEmail
from storefront.models.integrations import (
    ApiToken,
    DeliveryState,
    EventType,
    OutgoingEvent,
    TelegramChannel,
    TelegramDetail,
    TelegramKind,
    TelegramMessage,
    WebhookDelivery,
    WebhookEndpoint,
)
from storefront.models.merchants.availability import ACCOUNT_REASONS, Unavailability
from storefront.models.merchants.event_claim import EventClaim
from storefront.models.merchants.ignored_delivery import IgnoredDelivery
from storefront.models.merchants.merchant import Merchant
from storefront.models.merchants.stripe_refusal import EVERY_CALL, StripeRefusal
from storefront.models.merchants.webhook_event import WebhookEvent, subject_of
from storefront.models.merchants.webhook_refusal import WebhookRefusal
from storefront.models.networks import neighborhood, subscriber_network
from storefront.models.offers.addon import Addon
from storefront.models.offers.billing_terms import INTERVALS, TERM_FIELDS, BillingKind, BillingTerms, CancellationTiming
from storefront.models.offers.catalog_price import CatalogPrice
from storefront.models.offers.listing_mark import LISTED_COLUMNS, LISTING_MARKS
from storefront.models.offers.numbered import numbered
from storefront.models.offers.offer import REQUESTS_SLUG, AccessEnd, Offer, OfferObstacle, OfferStatus, charge_obstacle
from storefront.models.offers.offer_redirect import OfferRedirect
from storefront.models.offers.offer_view import Funnel, OfferView
from storefront.models.offers.price_option import MAX_OPTION_LABEL, PriceOption
from storefront.models.offers.promo_code import (  # fmt: skip
    MAX_CODE_LENGTH,
    TAKES_CODES,
    USING_STATUSES,
    CodeGuess,
    CodeTiming,
    PromoCode,
    PromoCodeOffer,
    is_code,
    normal_code,
    uses_by_code,
)
from storefront.models.offers.question import Question, QuestionKind
from storefront.models.offers.sale_period import SaleState
from storefront.models.offers.tax_terms import MAX_TAX_NAME, RATE_UNITS, OfferTax, TaxTerms, percent_of
from storefront.models.offers.waiting_customer import WaitingCustomer
from storefront.models.orders.arrival import ARRIVAL_NAMES, UTM_NAMES, arrival_column
from storefront.models.orders.checkout_press import CheckoutPress
from storefront.models.orders.decline import DECLINE_WINDOW, Decline
from storefront.models.orders.dispute import DECIDED_DISPUTE_STATUSES, Dispute, DisputeStage
from storefront.models.orders.found_payment import FoundPayment
from storefront.models.orders.of_request import REQUEST_KEY
from storefront.models.orders.order import UNPAID_CHECKOUT, Order, TimelineEntry
from storefront.models.orders.order_answer import (  # fmt: skip
    NO,
    YES,
    Answer,
    OrderAnswer,
    details_with_kept_notes,
    details_with_notes,
    searched_text,
)
from storefront.models.orders.order_line import LINE_FIELDS, LineKind, OrderLine
from storefront.models.orders.order_status import (
    PAYABLE_STATUSES,
    SETTLED_STATUSES,
    SOLD_STATUSES,
    UNPAID_STATUSES,
    OrderStatus,
)
from storefront.models.orders.order_tax import TAX_COLUMNS, TaxMode
from storefront.models.orders.outside_payment import OutsideMethod, OutsidePayment
from storefront.models.orders.payment import FINAL_PAYMENT_STATUSES, Payment, PaymentEnd, PaymentKind
from storefront.models.orders.payment_request import PaymentRequest, RequestState, requests_offer
from storefront.models.orders.refund import UNFINISHED_REFUND_STATUSES, UNSUCCESSFUL_REFUND_STATUSES, Refund
from storefront.models.orders.timeline_kind import TimelineKind
from storefront.models.prepared_query import PreparedQuery
from storefront.models.prepared_statement import PreparedStatement
from storefront.models.row_changes import RowChange, current_observer, observe, observed_by
from storefront.models.rows_in_json import json_rows, records_of
from storefront.models.shipping.carriers import CARRIERS
from storefront.models.shipping.postal_address import address_lines
from storefront.models.shipping.shipment import ADDRESS_PARTS, shipping_column
from storefront.models.shipping.shipping_terms import ALL_OTHERS, ShippingPrice
from storefront.models.shipping.to_send import TO_SEND
from storefront.models.shop.accent_colors import DEFAULT_ACCENT, accent_colors, is_color
from storefront.models.shop.admin import Admin, Role
from storefront.models.shop.admin_session import AdminSession
from storefront.models.shop.audit_entry import HIDDEN_VALUE, ActorKind, AuditAction, AuditEntry, AuditKind
from storefront.models.shop.eu_countries import is_in_eu, is_in_eu_or_eea
from storefront.models.shop.job_run import JobRun
from storefront.models.shop.kept_form import KeptForm
from storefront.models.shop.legal_settings import LEGAL, LEGAL_COLUMNS, LegalSettings, LegalText
from storefront.models.shop.passkey import MAX_PASSKEYS, Passkey
from storefront.models.shop.pending_sign_in import PendingSignIn
from storefront.models.shop.proxy_observation import ProxyFit, ProxyObservation
from storefront.models.shop.second_factor import RecoveryCode, SecondFactor
from storefront.models.shop.shop_identity import shop_id
from storefront.models.shop.shop_profile import PROFILE, ShopProfile
from storefront.models.shop.shop_setting import ShopSetting
from storefront.models.shop.sign_in_attempt import SignInAttempt
from storefront.models.shop.team_invitation import TeamInvitation
from storefront.models.stripe_answers import AT_CREATION, StripeRequestCounter, next_request_number
from storefront.models.subscriptions.invoice import (
    CLOSED_INVOICE_STATUSES,
    FIRST_INVOICE,
    Invoice,
    InvoiceNeed,
    InvoiceStatus,
    SwitchNeed,
    needs_customer,
    paid_installments,
)
from storefront.models.subscriptions.plan_switch import OPEN_SWITCH_STATES, PlanSwitch, SwitchState
from storefront.models.subscriptions.subscription import Subscription
from storefront.models.subscriptions.subscription_import import ImportedPrice, SubscriptionImport
from storefront.models.subscriptions.subscription_status import (
    CHARGED_STATUSES,
    ENDED_STATUSES,
    RUNNING_STATUSES,
    PauseReason,
    SubscriptionStatus,
    UnclearTerms,
)
from storefront.models.text_index import (  # fmt: skip
    AUDIT_TEXTS,
    CUSTOMER_TEXTS,
    EMAIL_TEXTS,
    INDEXES_OF_EXPRESSIONS,
    OFFER_TEXTS,
    ORDER_TEXTS,
    REQUEST_TEXTS,
    TextIndex,
    lacks_text_indexes,
)

# fmt: off
ALL = (
    Admin, AdminSession, SignInAttempt, Merchant, Offer, OfferRedirect, OfferView, PriceOption, PromoCode, Measurement,
    PromoCodeOffer, CodeGuess, WaitingCustomer, StoredFile, Deliverable, Order, OrderAnswer, OrderLine, TimelineEntry,
    CheckoutPress, Payment, Subscription, Invoice, CatalogPrice, WebhookEvent, EventClaim, Decline, Dispute, Email,
    CustomEmailText, EmailRequest, EmailOptOut, AccountLink, EmailChange, UnpaidOrderEmail, MailOutage, Refund,
    ShopSetting, ProxyObservation, KeptForm, StripeRequestCounter, JobRun, WebhookRefusal, IgnoredDelivery,
    StripeRefusal, FoundPayment, CancellationStatement, PaymentRequest, LicenseKey, Delivery, Download, FileUpload,
    DocumentSeries, Document, StripeCustomerDeletion, OutgoingEvent, WebhookEndpoint, WebhookDelivery, ApiToken,
    OutsidePayment, SubscriptionImport, ImportedPrice, Payout, BalanceTransaction, BalanceReading, TelegramChannel,
    TelegramMessage, SecondFactor, RecoveryCode, Passkey, PendingSignIn, TeamInvitation, PlanSwitch, AuditEntry,
)

register_derived(COPIED_COLUMNS, ZONE_OFFSETS, COUNTERS, HELD_KEYS, DOCUMENTS, LISTING_MARKS)
register_derived(*ORDER_TEXTS.definitions, *EMAIL_TEXTS.definitions)
register_derived(*OFFER_TEXTS.definitions, *REQUEST_TEXTS.definitions, *AUDIT_TEXTS.definitions)
# Customers are computed as well. Triggers fill the index of SQLite meanwhile, so it is made before; PostgreSQL's after.
register_derived(CUSTOMER_TEXTS.sqlite, CUSTOMERS, CUSTOMER_TEXTS.postgresql)

__all__ = [
    "ACCOUNT_REASONS", "ADDRESS_PARTS", "ALL", "ALL_OTHERS", "ALL_SERIES", "ARRIVAL_NAMES", "AT_CREATION",
    "AUDIT_TEXTS", "CARRIERS", "CHARGED_STATUSES", "CLOCK_TOLERANCE", "CLOSED_INVOICE_STATUSES", "CUSTOMER_TEXTS",
    "DECIDED_DISPUTE_STATUSES", "DECLINE_WINDOW", "DEFAULT_ACCENT", "EMAIL_TEXTS", "ENDED_STATUSES", "EVERY_CALL",
    "FINAL_PAYMENT_STATUSES", "FIRST_INVOICE", "HIDDEN_VALUE", "INDEXES_OF_EXPRESSIONS", "INTERVALS", "LEGAL",
    "LEGAL_COLUMNS", "LINE_FIELDS", "LISTED_COLUMNS", "MAX_CODE_LENGTH", "MAX_FILE_NAME", "MAX_KEY_LENGTH",
    "MAX_OPTION_LABEL", "MAX_PASSKEYS", "MAX_TAX_NAME", "MAX_URL", "NO", "OFFER_KEYS_LEFT", "OFFER_TEXTS",
    "OPEN_SWITCH_STATES", "OPTION_KEYS_LEFT", "ORDER_TEXTS", "PAYABLE_STATUSES", "PROFILE", "RATE_UNITS",
    "REQUESTS_SLUG", "REQUEST_KEY", "REQUEST_TEXTS", "RUNNING_STATUSES", "SETTLED_STATUSES", "SOLD_STATUSES",
    "TAKES_CODES", "TAX_COLUMNS", "TERM_FIELDS", "TO_SEND", "UNFINISHED_REFUND_STATUSES", "UNPAID_CHECKOUT",
    "UNPAID_STATUSES", "UNSUCCESSFUL_REFUND_STATUSES", "USING_STATUSES", "UTM_NAMES", "YES", "AccessEnd",
    "AccountLink", "ActorKind", "Addon", "Admin", "AdminSession", "Answer", "ApiToken", "AuditAction", "AuditEntry",
    "AuditKind", "BalanceCategory", "BalanceList", "BalanceReading", "BalanceTransaction", "BestOffer", "BillingKind",
    "BillingTerms", "CancellationStatement", "CancellationTiming", "CatalogPrice", "CheckoutPress", "CodeGuess",
    "CodeTiming", "Count", "Counter", "CounterKind", "Counts", "CustomEmailText", "Customer", "CustomerSums",
    "CustomerTotal", "DayCount", "Decline", "Deliverable", "DeliverableKind", "Delivery", "DeliveryState", "Dispute",
    "DisputeStage", "Document", "DocumentKind", "DocumentNumber", "DocumentSeries", "Download", "Email", "EmailChange",
    "EmailKind", "EmailOptOut", "EmailRequest", "EmailState", "EmailTopic", "EventClaim", "EventType", "FileUpload",
    "FoundPayment", "Funnel", "IgnoredDelivery", "ImportedPrice", "Invoice", "InvoiceNeed", "InvoiceStatus", "JobRun",
    "KeptForm", "LegalSettings", "LegalText", "LicenseKey", "LineKind", "MailOutage", "Measurement", "Measurements",
    "Merchant", "Offer", "OfferObstacle", "OfferRedirect", "OfferStatus", "OfferTax", "OfferView", "OpenRenewalRow",
    "Order", "OrderAnswer", "OrderLine", "OrderStatus", "OutgoingEvent", "OutsideMethod", "OutsidePayment", "Passkey",
    "PauseReason", "Payment", "PaymentEnd", "PaymentKind", "PaymentRequest", "Payout", "PayoutStatus", "PendingSignIn",
    "PlanSwitch", "PreparedQuery", "PreparedStatement", "PriceOption", "PromoCode", "PromoCodeOffer", "ProxyFit",
    "ProxyObservation", "Question", "QuestionKind", "Record", "RecoveryCode", "Refund", "RequestState", "Role",
    "RowChange", "SaleState", "SecondFactor", "ShippingPrice", "ShopProfile", "ShopSetting", "ShownOrder",
    "SignInAttempt", "StoredFile", "StripeCustomerDeletion", "StripeRefusal", "StripeRequestCounter", "Subscription",
    "SubscriptionImport", "SubscriptionStatus", "SwitchNeed", "SwitchState", "TaxMode", "TaxTerms", "TeamInvitation",
    "TelegramChannel", "TelegramDetail", "TelegramKind", "TelegramMessage", "TextIndex", "TimelineEntry",
    "TimelineKind", "Unavailability", "UnclearTerms", "UnpaidOrderEmail", "WaitingCustomer", "WantedEnd",
    "WebhookDelivery", "WebhookEndpoint", "WebhookEvent", "WebhookRefusal", "accent_colors", "address_lines",
    "arrival_column", "best_offers", "charge_obstacle", "compact_counters", "counts", "counts_by_day",
    "current_observer", "days_in", "days_query", "details_with_kept_notes", "details_with_notes", "erased_address",
    "follow_zone", "is_code", "is_color", "is_due", "is_erased", "is_in_eu", "is_in_eu_or_eea", "is_recent",
    "json_rows", "keys_by_state", "lacks_text_indexes", "lock_orders", "needs_customer", "neighborhood",
    "next_request_number", "normal_code", "now", "numbered", "observe", "observed_by", "ordered_by",
    "orders_of_customer", "outstanding", "paid_installments", "percent_of", "public_id", "recent_days_begin",
    "records_of", "requests_offer", "searched_text", "sent_to", "series_of", "shipping_column", "shop_id",
    "subject_of", "subscribed_by", "subscriber_network", "units_by_status", "uses_by_code",
]
