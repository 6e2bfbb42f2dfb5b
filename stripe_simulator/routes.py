"""The one table of what the API offers: method and path → function, its parameters, who may call it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from stripe import params
from stripe.params import test_helpers

from stripe_simulator.call import Call
from stripe_simulator.keys import PUBLISHABLE, SECRET
from stripe_simulator.resources import (
    account,
    charge,
    country_spec,
    customer,
    dispute,
    dispute_end,
    dispute_evidence,
    event,
    invoice,
    invoice_payment,
    payment_intent,
    payment_method,
    price,
    product,
    refund,
    setup_attempt,
    setup_intent,
    subscription,
    subscription_item,
    subscription_schedule,
    subscription_update,
    test_clock,
    webhook_endpoint,
)
from stripe_simulator.store import Json

SERVER = frozenset([SECRET])
ANYONE = frozenset([SECRET, PUBLISHABLE])


@dataclass(frozen=True)
class Route:
    """One endpoint. `params` is stripe-python's TypedDict; `permission` is what a restricted key needs."""

    method: str
    path: str
    function: Callable[[Call], Json]
    params: type
    keys: frozenset[str]
    permission: str
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pattern", re.compile(re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", self.path)))


CUSTOMER, CUSTOMERS = "/v1/customers/<id>", "/v1/customers"
METHOD, METHODS = "/v1/payment_methods/<id>", "/v1/payment_methods"
PAYMENT, PAYMENTS = "/v1/payment_intents/<id>", "/v1/payment_intents"
SETUP, SETUPS = "/v1/setup_intents/<id>", "/v1/setup_intents"
REFUND, REFUNDS = "/v1/refunds/<id>", "/v1/refunds"
DISPUTE, DISPUTES = "/v1/disputes/<id>", "/v1/disputes"
PRODUCT, PRODUCTS = "/v1/products/<id>", "/v1/products"
PRICE, PRICES = "/v1/prices/<id>", "/v1/prices"
SUBSCRIPTION, SUBSCRIPTIONS = "/v1/subscriptions/<id>", "/v1/subscriptions"
ITEM, ITEMS = "/v1/subscription_items/<id>", "/v1/subscription_items"
SCHEDULE, SCHEDULES = "/v1/subscription_schedules/<id>", "/v1/subscription_schedules"
INVOICE, INVOICES = "/v1/invoices/<id>", "/v1/invoices"
CLOCK, CLOCKS = "/v1/test_helpers/test_clocks/<id>", "/v1/test_helpers/test_clocks"
HOOK, HOOKS = "/v1/webhook_endpoints/<id>", "/v1/webhook_endpoints"

# fmt: off
ROUTES = [
    Route("GET", "/v1/account", account.retrieve_current, params.AccountRetrieveCurrentParams, SERVER, "account_read"),
    Route("GET", "/v1/accounts/<id>", account.retrieve, params.AccountRetrieveParams, SERVER, "account_read"),

    Route("GET", "/v1/country_specs", country_spec.listed, params.CountrySpecListParams, SERVER, "country_spec_read"),
    Route("GET", "/v1/country_specs/<id>", country_spec.retrieve, params.CountrySpecRetrieveParams, SERVER,
          "country_spec_read"),

    Route("POST", CUSTOMERS, customer.create, params.CustomerCreateParams, SERVER, "customer_write"),
    Route("GET", CUSTOMERS, customer.listed, params.CustomerListParams, SERVER, "customer_read"),
    Route("GET", CUSTOMER, customer.retrieve, params.CustomerRetrieveParams, SERVER, "customer_read"),
    Route("POST", CUSTOMER, customer.update, params.CustomerUpdateParams, SERVER, "customer_write"),
    Route("DELETE", CUSTOMER, customer.delete, params.CustomerDeleteParams, SERVER, "customer_write"),
    Route("GET", f"{CUSTOMER}/payment_methods", customer.payment_methods, params.CustomerPaymentMethodListParams,
          SERVER, "payment_method_read"),

    Route("POST", METHODS, payment_method.create, params.PaymentMethodCreateParams, ANYONE, "payment_method_write"),
    Route("GET", METHODS, payment_method.listed, params.PaymentMethodListParams, SERVER, "payment_method_read"),
    Route("GET", METHOD, payment_method.retrieve, params.PaymentMethodRetrieveParams, SERVER, "payment_method_read"),
    Route("POST", METHOD, payment_method.update, params.PaymentMethodUpdateParams, SERVER, "payment_method_write"),
    Route("POST", f"{METHOD}/attach", payment_method.attach, params.PaymentMethodAttachParams, SERVER,
          "payment_method_write"),
    Route("POST", f"{METHOD}/detach", payment_method.detach, params.PaymentMethodDetachParams, SERVER,
          "payment_method_write"),

    Route("POST", PAYMENTS, payment_intent.create, params.PaymentIntentCreateParams, SERVER, "payment_intent_write"),
    Route("GET", PAYMENTS, payment_intent.listed, params.PaymentIntentListParams, SERVER, "payment_intent_read"),
    Route("GET", PAYMENT, payment_intent.retrieve, params.PaymentIntentRetrieveParams, ANYONE, "payment_intent_read"),
    Route("POST", PAYMENT, payment_intent.update, params.PaymentIntentUpdateParams, SERVER, "payment_intent_write"),
    Route("POST", f"{PAYMENT}/confirm", payment_intent.confirm, params.PaymentIntentConfirmParams, ANYONE,
          "payment_intent_write"),
    Route("POST", f"{PAYMENT}/capture", payment_intent.capture, params.PaymentIntentCaptureParams, SERVER,
          "payment_intent_write"),
    Route("POST", f"{PAYMENT}/cancel", payment_intent.cancel, params.PaymentIntentCancelParams, SERVER,
          "payment_intent_write"),

    Route("POST", SETUPS, setup_intent.create, params.SetupIntentCreateParams, SERVER, "setup_intent_write"),
    Route("GET", SETUPS, setup_intent.listed, params.SetupIntentListParams, SERVER, "setup_intent_read"),
    Route("GET", SETUP, setup_intent.retrieve, params.SetupIntentRetrieveParams, ANYONE, "setup_intent_read"),
    Route("POST", SETUP, setup_intent.update, params.SetupIntentUpdateParams, SERVER, "setup_intent_write"),
    Route("POST", f"{SETUP}/confirm", setup_intent.confirm, params.SetupIntentConfirmParams, ANYONE,
          "setup_intent_write"),
    Route("POST", f"{SETUP}/cancel", setup_intent.cancel, params.SetupIntentCancelParams, SERVER,
          "setup_intent_write"),

    Route("GET", "/v1/setup_attempts", setup_attempt.listed, params.SetupAttemptListParams, SERVER,
          "setup_intent_read"),

    Route("GET", "/v1/charges", charge.listed, params.ChargeListParams, SERVER, "charge_read"),
    Route("GET", "/v1/charges/<id>", charge.retrieve, params.ChargeRetrieveParams, SERVER, "charge_read"),

    Route("GET", "/v1/charges/<id>/refunds", refund.listed_of_charge, params.ChargeListRefundsParams, SERVER,
          "charge_read"),

    Route("POST", REFUNDS, refund.create, params.RefundCreateParams, SERVER, "charge_write"),
    Route("GET", REFUNDS, refund.listed, params.RefundListParams, SERVER, "charge_read"),
    Route("GET", REFUND, refund.retrieve, params.RefundRetrieveParams, SERVER, "charge_read"),
    Route("POST", REFUND, refund.update, params.RefundUpdateParams, SERVER, "charge_write"),
    Route("POST", f"{REFUND}/cancel", refund.cancel, params.RefundCancelParams, SERVER, "charge_write"),

    Route("GET", DISPUTES, dispute.listed, params.DisputeListParams, SERVER, "dispute_read"),
    Route("GET", DISPUTE, dispute.retrieve, params.DisputeRetrieveParams, SERVER, "dispute_read"),
    Route("POST", DISPUTE, dispute_evidence.update, params.DisputeUpdateParams, SERVER, "dispute_write"),
    Route("POST", f"{DISPUTE}/close", dispute_end.close, params.DisputeCloseParams, SERVER, "dispute_write"),

    Route("POST", HOOKS, webhook_endpoint.create, params.WebhookEndpointCreateParams, SERVER, "webhook_write"),
    Route("GET", HOOKS, webhook_endpoint.listed, params.WebhookEndpointListParams, SERVER, "webhook_read"),
    Route("GET", HOOK, webhook_endpoint.retrieve, params.WebhookEndpointRetrieveParams, SERVER, "webhook_read"),
    Route("POST", HOOK, webhook_endpoint.update, params.WebhookEndpointUpdateParams, SERVER, "webhook_write"),
    Route("DELETE", HOOK, webhook_endpoint.delete, params.WebhookEndpointDeleteParams, SERVER, "webhook_write"),

    Route("POST", PRODUCTS, product.create, params.ProductCreateParams, SERVER, "product_write"),
    Route("GET", PRODUCTS, product.listed, params.ProductListParams, SERVER, "product_read"),
    Route("GET", PRODUCT, product.retrieve, params.ProductRetrieveParams, SERVER, "product_read"),
    Route("POST", PRODUCT, product.update, params.ProductUpdateParams, SERVER, "product_write"),
    Route("DELETE", PRODUCT, product.delete, params.ProductDeleteParams, SERVER, "product_write"),

    Route("POST", PRICES, price.create, params.PriceCreateParams, SERVER, "plan_write"),
    Route("GET", PRICES, price.listed, params.PriceListParams, SERVER, "plan_read"),
    Route("GET", PRICE, price.retrieve, params.PriceRetrieveParams, SERVER, "plan_read"),
    Route("POST", PRICE, price.update, params.PriceUpdateParams, SERVER, "plan_write"),

    Route("POST", SUBSCRIPTIONS, subscription.create, params.SubscriptionCreateParams, SERVER, "subscription_write"),
    Route("GET", SUBSCRIPTIONS, subscription.listed, params.SubscriptionListParams, SERVER, "subscription_read"),
    Route("GET", SUBSCRIPTION, subscription.retrieve, params.SubscriptionRetrieveParams, SERVER, "subscription_read"),
    Route("POST", SUBSCRIPTION, subscription_update.update, params.SubscriptionUpdateParams, SERVER,
          "subscription_write"),
    Route("DELETE", SUBSCRIPTION, subscription.cancel, params.SubscriptionCancelParams, SERVER, "subscription_write"),
    Route("POST", f"{SUBSCRIPTION}/resume", subscription.resume, params.SubscriptionResumeParams, SERVER,
          "subscription_write"),

    Route("GET", ITEMS, subscription_item.listed, params.SubscriptionItemListParams, SERVER, "subscription_read"),
    Route("GET", ITEM, subscription_item.retrieve, params.SubscriptionItemRetrieveParams, SERVER, "subscription_read"),
    Route("POST", ITEM, subscription_item.update, params.SubscriptionItemUpdateParams, SERVER, "subscription_write"),

    Route("POST", SCHEDULES, subscription_schedule.create, params.SubscriptionScheduleCreateParams, SERVER,
          "subscription_write"),
    Route("GET", SCHEDULES, subscription_schedule.listed, params.SubscriptionScheduleListParams, SERVER,
          "subscription_read"),
    Route("GET", SCHEDULE, subscription_schedule.retrieve, params.SubscriptionScheduleRetrieveParams, SERVER,
          "subscription_read"),
    Route("POST", SCHEDULE, subscription_schedule.update, params.SubscriptionScheduleUpdateParams, SERVER,
          "subscription_write"),
    Route("POST", f"{SCHEDULE}/release", subscription_schedule.release, params.SubscriptionScheduleReleaseParams,
          SERVER, "subscription_write"),
    Route("POST", f"{SCHEDULE}/cancel", subscription_schedule.cancel, params.SubscriptionScheduleCancelParams,
          SERVER, "subscription_write"),

    Route("GET", INVOICES, invoice.listed, params.InvoiceListParams, SERVER, "invoice_read"),
    Route("GET", INVOICE, invoice.retrieve, params.InvoiceRetrieveParams, SERVER, "invoice_read"),
    Route("POST", INVOICE, invoice.update, params.InvoiceUpdateParams, SERVER, "invoice_write"),
    Route("GET", f"{INVOICE}/lines", invoice.lines, params.InvoiceLineItemListParams, SERVER, "invoice_read"),
    Route("POST", f"{INVOICE}/finalize", invoice.finalize, params.InvoiceFinalizeInvoiceParams, SERVER,
          "invoice_write"),
    Route("POST", f"{INVOICE}/pay", invoice.pay, params.InvoicePayParams, SERVER, "invoice_write"),
    Route("POST", f"{INVOICE}/void", invoice.void, params.InvoiceVoidInvoiceParams, SERVER, "invoice_write"),
    Route("POST", f"{INVOICE}/mark_uncollectible", invoice.mark_uncollectible, params.InvoiceMarkUncollectibleParams,
          SERVER, "invoice_write"),

    Route("GET", "/v1/invoice_payments", invoice_payment.listed, params.InvoicePaymentListParams, SERVER,
          "invoice_read"),
    Route("GET", "/v1/invoice_payments/<id>", invoice_payment.retrieve, params.InvoicePaymentRetrieveParams, SERVER,
          "invoice_read"),

    Route("POST", CLOCKS, test_clock.create, test_helpers.TestClockCreateParams, SERVER, "billing_clock_write"),
    Route("GET", CLOCKS, test_clock.listed, test_helpers.TestClockListParams, SERVER, "billing_clock_read"),
    Route("GET", CLOCK, test_clock.retrieve, test_helpers.TestClockRetrieveParams, SERVER, "billing_clock_read"),
    Route("POST", f"{CLOCK}/advance", test_clock.advance, test_helpers.TestClockAdvanceParams, SERVER,
          "billing_clock_write"),
    Route("DELETE", CLOCK, test_clock.delete, test_helpers.TestClockDeleteParams, SERVER, "billing_clock_write"),

    Route("GET", "/v1/events", event.listed, params.EventListParams, SERVER, "event_read"),
    Route("GET", "/v1/events/<id>", event.retrieve, params.EventRetrieveParams, SERVER, "event_read"),
]
# fmt: on


def route_for(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route of a request and the pieces of its path."""
    for route in ROUTES:
        match = route.pattern.fullmatch(path)
        if match and route.method == method:
            return route, match.groupdict()
    return None
