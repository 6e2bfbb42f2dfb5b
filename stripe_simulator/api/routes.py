"""The routes of all resources except Billing: method and path → function, parameters, allowed keys, permission."""

from stripe import params

from stripe_simulator.api import billing_routes
from stripe_simulator.api.route import ANY_KEY, SERVER, Route
from stripe_simulator.resources import (
    account,
    country_spec,
    customer,
    event,
    payment_method_domain,
    webhook_endpoint,
)
from stripe_simulator.resources.balance import balance_transaction, payout
from stripe_simulator.resources.payments import (
    charge,
    dispute,
    dispute_evidence,
    dispute_resolution,
    payment_intent,
    payment_method,
    refund,
    setup_attempt,
    setup_intent,
)

CUSTOMER, CUSTOMERS = "/v1/customers/<id>", "/v1/customers"
METHOD, METHODS = "/v1/payment_methods/<id>", "/v1/payment_methods"
PAYMENT, PAYMENTS = "/v1/payment_intents/<id>", "/v1/payment_intents"
SETUP, SETUPS = "/v1/setup_intents/<id>", "/v1/setup_intents"
REFUND, REFUNDS = "/v1/refunds/<id>", "/v1/refunds"
DISPUTE, DISPUTES = "/v1/disputes/<id>", "/v1/disputes"
DOMAIN, DOMAINS = "/v1/payment_method_domains/<id>", "/v1/payment_method_domains"
BALANCE, PAYOUTS = "/v1/balance_transactions", "/v1/payouts"
HOOK, HOOKS = "/v1/webhook_endpoints/<id>", "/v1/webhook_endpoints"

# fmt: off
ROUTES = [
    Route("GET", "/v1/account", account.retrieve_current, params.AccountRetrieveCurrentParams, SERVER, "account_read"),
    Route("GET", "/v1/accounts/<id>", account.retrieve, params.AccountRetrieveParams, SERVER, "account_read"),

    Route("GET", "/v1/country_specs", country_spec.list_all, params.CountrySpecListParams, SERVER, "country_spec_read"),
    Route("GET", "/v1/country_specs/<id>", country_spec.retrieve, params.CountrySpecRetrieveParams, SERVER,
          "country_spec_read"),

    Route("POST", CUSTOMERS, customer.create, params.CustomerCreateParams, SERVER, "customer_write"),
    Route("GET", CUSTOMERS, customer.list_all, params.CustomerListParams, SERVER, "customer_read"),
    Route("GET", CUSTOMER, customer.retrieve, params.CustomerRetrieveParams, SERVER, "customer_read"),
    Route("POST", CUSTOMER, customer.update, params.CustomerUpdateParams, SERVER, "customer_write"),
    Route("DELETE", CUSTOMER, customer.delete, params.CustomerDeleteParams, SERVER, "customer_write"),
    Route("GET", f"{CUSTOMER}/payment_methods", customer.payment_methods, params.CustomerPaymentMethodListParams,
          SERVER, "payment_method_read"),

    Route("POST", METHODS, payment_method.create, params.PaymentMethodCreateParams, ANY_KEY, "payment_method_write"),
    Route("GET", METHODS, payment_method.list_all, params.PaymentMethodListParams, SERVER, "payment_method_read"),
    Route("GET", METHOD, payment_method.retrieve, params.PaymentMethodRetrieveParams, SERVER, "payment_method_read"),
    Route("POST", METHOD, payment_method.update, params.PaymentMethodUpdateParams, SERVER, "payment_method_write"),
    Route("POST", f"{METHOD}/attach", payment_method.attach, params.PaymentMethodAttachParams, SERVER,
          "payment_method_write"),
    Route("POST", f"{METHOD}/detach", payment_method.detach, params.PaymentMethodDetachParams, SERVER,
          "payment_method_write"),

    Route("POST", PAYMENTS, payment_intent.create, params.PaymentIntentCreateParams, SERVER, "payment_intent_write"),
    Route("GET", PAYMENTS, payment_intent.list_all, params.PaymentIntentListParams, SERVER, "payment_intent_read"),
    Route("GET", PAYMENT, payment_intent.retrieve, params.PaymentIntentRetrieveParams, ANY_KEY, "payment_intent_read"),
    Route("POST", PAYMENT, payment_intent.update, params.PaymentIntentUpdateParams, SERVER, "payment_intent_write"),
    Route("POST", f"{PAYMENT}/confirm", payment_intent.confirm, params.PaymentIntentConfirmParams, ANY_KEY,
          "payment_intent_write"),
    Route("POST", f"{PAYMENT}/capture", payment_intent.capture, params.PaymentIntentCaptureParams, SERVER,
          "payment_intent_write"),
    Route("POST", f"{PAYMENT}/cancel", payment_intent.cancel, params.PaymentIntentCancelParams, SERVER,
          "payment_intent_write"),

    Route("POST", SETUPS, setup_intent.create, params.SetupIntentCreateParams, SERVER, "setup_intent_write"),
    Route("GET", SETUPS, setup_intent.list_all, params.SetupIntentListParams, SERVER, "setup_intent_read"),
    Route("GET", SETUP, setup_intent.retrieve, params.SetupIntentRetrieveParams, ANY_KEY, "setup_intent_read"),
    Route("POST", SETUP, setup_intent.update, params.SetupIntentUpdateParams, SERVER, "setup_intent_write"),
    Route("POST", f"{SETUP}/confirm", setup_intent.confirm, params.SetupIntentConfirmParams, ANY_KEY,
          "setup_intent_write"),
    Route("POST", f"{SETUP}/cancel", setup_intent.cancel, params.SetupIntentCancelParams, SERVER,
          "setup_intent_write"),

    Route("GET", "/v1/setup_attempts", setup_attempt.list_all, params.SetupAttemptListParams, SERVER,
          "setup_intent_read"),

    Route("GET", "/v1/charges", charge.list_all, params.ChargeListParams, SERVER, "charge_read"),
    Route("GET", "/v1/charges/<id>", charge.retrieve, params.ChargeRetrieveParams, SERVER, "charge_read"),

    Route("GET", "/v1/charges/<id>/refunds", refund.list_for_charge, params.ChargeListRefundsParams, SERVER,
          "charge_read"),

    Route("POST", REFUNDS, refund.create, params.RefundCreateParams, SERVER, "charge_write"),
    Route("GET", REFUNDS, refund.list_all, params.RefundListParams, SERVER, "charge_read"),
    Route("GET", REFUND, refund.retrieve, params.RefundRetrieveParams, SERVER, "charge_read"),
    Route("POST", REFUND, refund.update, params.RefundUpdateParams, SERVER, "charge_write"),
    Route("POST", f"{REFUND}/cancel", refund.cancel, params.RefundCancelParams, SERVER, "charge_write"),

    Route("GET", DISPUTES, dispute.list_all, params.DisputeListParams, SERVER, "dispute_read"),
    Route("GET", DISPUTE, dispute.retrieve, params.DisputeRetrieveParams, SERVER, "dispute_read"),
    Route("POST", DISPUTE, dispute_evidence.update, params.DisputeUpdateParams, SERVER, "dispute_write"),
    Route("POST", f"{DISPUTE}/close", dispute_resolution.close, params.DisputeCloseParams, SERVER, "dispute_write"),

    Route("GET", BALANCE, balance_transaction.list_all, params.BalanceTransactionListParams, SERVER,
          "balance_transaction_source_read"),
    Route("GET", f"{BALANCE}/<id>", balance_transaction.retrieve, params.BalanceTransactionRetrieveParams, SERVER,
          "balance_transaction_source_read"),
    Route("GET", PAYOUTS, payout.list_all, params.PayoutListParams, SERVER, "payout_read"),
    Route("GET", f"{PAYOUTS}/<id>", payout.retrieve, params.PayoutRetrieveParams, SERVER, "payout_read"),

    Route("POST", DOMAINS, payment_method_domain.create, params.PaymentMethodDomainCreateParams, SERVER,
          "payment_method_domain_write"),
    Route("GET", DOMAINS, payment_method_domain.list_all, params.PaymentMethodDomainListParams, SERVER,
          "payment_method_domain_read"),
    Route("GET", DOMAIN, payment_method_domain.retrieve, params.PaymentMethodDomainRetrieveParams, SERVER,
          "payment_method_domain_read"),
    Route("POST", DOMAIN, payment_method_domain.update, params.PaymentMethodDomainUpdateParams, SERVER,
          "payment_method_domain_write"),
    Route("POST", f"{DOMAIN}/validate", payment_method_domain.validate, params.PaymentMethodDomainValidateParams,
          SERVER, "payment_method_domain_write"),

    Route("POST", HOOKS, webhook_endpoint.create, params.WebhookEndpointCreateParams, SERVER, "webhook_write"),
    Route("GET", HOOKS, webhook_endpoint.list_all, params.WebhookEndpointListParams, SERVER, "webhook_read"),
    Route("GET", HOOK, webhook_endpoint.retrieve, params.WebhookEndpointRetrieveParams, SERVER, "webhook_read"),
    Route("POST", HOOK, webhook_endpoint.update, params.WebhookEndpointUpdateParams, SERVER, "webhook_write"),
    Route("DELETE", HOOK, webhook_endpoint.delete, params.WebhookEndpointDeleteParams, SERVER, "webhook_write"),

    Route("GET", "/v1/events", event.list_all, params.EventListParams, SERVER, "event_read"),
    Route("GET", "/v1/events/<id>", event.retrieve, params.EventRetrieveParams, SERVER, "event_read"),
]
# fmt: on


def route_for(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """Return the route for a request and the ids in its path."""
    for route in [*ROUTES, *billing_routes.ROUTES]:
        match = route.pattern.fullmatch(path)
        if match and route.method == method:
            return route, match.groupdict()
    return None
