"""The gateway reads objects and errors of every API version since 2020."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
import stripe
from requests.structures import CaseInsensitiveDict

from storefront import db, errors, stripe_gateway
from storefront.models import Merchant, Order, Payment
from storefront.stripe_gateway.events.event_summary import summarize_event
from tests import stripe_samples as samples
from tests.money.in_process_shop import InProcessShop

every_version = pytest.mark.parametrize("version", samples.VERSIONS)
START, END = (datetime.fromtimestamp(seconds, UTC) for seconds in (samples.START, samples.END))


class SampleClient(stripe.HTTPClient):
    """Answers each request with the same sample; an exception is raised instead."""

    name = "samples"

    def __init__(self) -> None:
        super().__init__()
        self.answer: tuple[int, Any, dict[str, str]] | Exception = (200, {}, {})
        self.requests = 0

    def request(self, *_: Any, **__: Any) -> tuple[str, int, Mapping[str, str]]:
        self.requests += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        status, body, headers = self.answer
        return json.dumps(body), status, CaseInsensitiveDict({"Request-Id": "req_1", **headers})

    def _sleep_time_seconds(self, *_: Any) -> float:
        return 0

    def close(self) -> None:
        """Nothing to close."""


@pytest.fixture(scope="module")
def connected(shared_shop: InProcessShop) -> Merchant:
    return shared_shop.reset()[0]


@pytest.fixture
def merchant(shared_shop: InProcessShop, connected: Merchant) -> Iterator[Merchant]:
    with db.connection():
        yield connected


@pytest.fixture
def stripe_samples(merchant: Merchant) -> SampleClient:
    client = SampleClient()
    stripe_gateway.set_http_client(lambda _: client, lambda _: None)
    return client


@pytest.fixture
def payment(merchant: Merchant) -> Payment:
    terms = {"amount": 3998, "currency": "EUR"}
    return Payment(merchant=merchant, order=Order(merchant=merchant, **terms), intent_id="pi_1", **terms)


@every_version
def test_a_subscription_is_read(version: str, merchant: Merchant, stripe_samples: SampleClient) -> None:
    stripe_samples.answer = (200, samples.subscription(version), {})
    found = stripe_gateway.retrieve_subscription(merchant, "sub_1")
    assert (found.id, found.status, found.customer_id, found.public_id) == ("sub_1", "active", "cus_1", "public-1")
    assert (found.unit_amount, found.quantity, found.currency) == (1999, 2, "EUR")
    assert (found.interval, found.every, found.unclear_terms) == ("month", 1, "")
    assert found.card is not None and found.card.last4 == "4242"
    # Requests name our API version. Where the period stood before, other values could stand one day.
    assert (found.period_start, found.period_end) == ((START, END) if version >= samples.BASIL else (None, None))
    assert (found.cancels_at_period_end, found.ends_at, found.paused, found.schedule_id) == (False, None, False, "")


@every_version
def test_a_planned_end_is_read(version: str, merchant: Merchant, stripe_samples: SampleClient) -> None:
    stripe_samples.answer = (200, samples.subscription(version, cancel_at=samples.END), {})
    assert stripe_gateway.retrieve_subscription(merchant, "sub_1").ends_at == END


@every_version
def test_an_invoice_is_read(version: str, merchant: Merchant, stripe_samples: SampleClient) -> None:
    stripe_samples.answer = (200, samples.listed("/v1/invoices", samples.invoice(version)), {})
    [found] = stripe_gateway.list_invoices(merchant, "sub_1")
    assert (found.id, found.status, found.reason, found.attempts) == ("in_1", "paid", "subscription_cycle", 1)
    assert (found.amount_due, found.amount_paid, found.currency) == (3998, 3998, "EUR")
    assert (found.period_start, found.period_end) == (START, END)
    assert found.paid_at is not None and found.next_attempt_at is None
    new = version >= samples.BASIL
    assert (found.subscription_id, found.intent_id) == (("sub_1", "pi_1") if new else ("", ""))
    assert found.amount_received == (3998 if new else 0)


@every_version
def test_a_payment_intent_is_read(version: str, merchant: Merchant, stripe_samples: SampleClient) -> None:
    stripe_samples.answer = (200, samples.payment_intent(version), {})
    found = stripe_gateway.retrieve_intent(merchant, "pi_1")
    assert (found.id, found.status, found.amount, found.amount_received) == ("pi_1", "succeeded", 3998, 3998)
    assert (found.currency, found.payment, found.payment_method, found.customer) == (
        "EUR",
        "payment-1",
        "pm_1",
        "cus_1",
    )
    assert (found.error_code, found.decline_code, found.attempt) == ("", "", "")


@every_version
def test_a_decline_without_a_decline_code_is_read(
    version: str, merchant: Merchant, stripe_samples: SampleClient
) -> None:
    stripe_samples.answer = (200, samples.declined_intent(version), {})
    found = stripe_gateway.retrieve_intent(merchant, "pi_1")
    assert (found.error_code, found.decline_code, found.attempt) == ("expired_card", "", "ch_1")
    assert found.payment_method == "pm_1"


@every_version
def test_a_setup_intent_is_read(version: str, merchant: Merchant, stripe_samples: SampleClient) -> None:
    stripe_samples.answer = (200, samples.setup_intent(version), {})
    found = stripe_gateway.retrieve_setup_intent(merchant, "seti_1", "eur")
    assert (found.id, found.status, found.amount, found.currency) == ("seti_1", "succeeded", 0, "EUR")
    assert (found.payment_method, found.customer, found.error_code) == ("pm_1", "cus_1", "")
    error = {"type": "card_error", "code": "incorrect_cvc", "payment_method": samples.payment_method()}
    declined = {"status": "requires_payment_method", "payment_method": None, "last_setup_error": error}
    stripe_samples.answer = (200, samples.setup_intent(version, **declined), {})
    found = stripe_gateway.retrieve_setup_intent(merchant, "seti_1", "eur")
    assert (found.error_code, found.decline_code, found.payment_method) == ("incorrect_cvc", "", "pm_1")


@every_version
def test_refunds_and_disputes_are_read(version: str, payment: Payment, stripe_samples: SampleClient) -> None:
    stripe_samples.answer = (200, samples.listed("/v1/refunds", samples.refund(version)), {})
    [refund] = stripe_gateway.list_refunds(payment)
    assert (refund.id, refund.status, refund.amount, refund.currency) == ("re_1", "succeeded", 1000, "EUR")
    assert (refund.reason, refund.failure, refund.refund) == ("", "", "refund-1")
    stripe_samples.answer = (200, samples.listed("/v1/disputes", samples.dispute(version)), {})
    [dispute] = stripe_gateway.list_disputes(payment)
    assert (dispute.id, dispute.status, dispute.amount) == ("dp_1", "needs_response", 3998)
    assert (dispute.reason, dispute.evidence_due_at) == ("fraudulent", END)


@every_version
def test_events_are_summarized(version: str) -> None:
    cases = {
        "invoice.paid": (samples.invoice(version), "sub_1", "payment-1"),
        "customer.subscription.updated": (samples.subscription(version), "sub_1", "payment-1"),
        "payment_intent.succeeded": (samples.payment_intent(version), "", "payment-1"),
        "setup_intent.succeeded": (samples.setup_intent(version), "sub_1", ""),
    }
    for kind, (stripe_object, subscription, payment) in cases.items():
        found = summarize_event(samples.event(version, kind, stripe_object))
        assert (found.subscription, found.payment) == (subscription, payment), kind
    declined = summarize_event(
        samples.event(version, "payment_intent.payment_failed", samples.declined_intent(version))
    )
    assert declined.declined_charge == "ch_1"
    refund = summarize_event(samples.event(version, "refund.updated", samples.refund(version)))
    assert refund.intent_id == "pi_1"


def error(kind: str, code: str | None = None, **fields: str) -> dict[str, Any]:
    return {"type": kind, "message": "Words of Stripe.", **({"code": code} if code else {}), **fields}


INVALID, CARD = "invalid_request_error", "card_error"
NO_RETRY, RETRY = {"Stripe-Should-Retry": "false"}, {"Stripe-Should-Retry": "true"}
# Status, error, headers; the shop's error, its code, and how often the library asks.
MISMATCH = "idempotency_error"
ERRORS = {
    "wrong key": (401, error(INVALID), {}, errors.StripeKeyInvalid, "", 1),
    "unknown object": (
        404,
        error(INVALID, "resource_missing", param="id"),
        {},
        errors.StripeNotFound,
        "resource_missing",
        1,
    ),
    "unknown payment method": (
        404,
        error(INVALID, "resource_missing", param="payment_method"),
        {},
        errors.StripeNotFound,
        "resource_missing",
        1,
    ),
    "wrong parameter": (
        400,
        error(INVALID, "parameter_invalid_integer", param="amount"),
        {},
        errors.StripeRefused,
        "parameter_invalid_integer",
        1,
    ),
    "no card": (400, error(INVALID, "resource_missing"), NO_RETRY, errors.StripeRefused, "resource_missing", 1),
    "decline of 2020": (
        402,
        error(CARD, "card_declined", decline_code="generic_decline", param=""),
        {},
        errors.StripeRefused,
        "card_declined",
        1,
    ),
    "decline": (
        402,
        error(
            CARD,
            "card_declined",
            decline_code="generic_decline",
            network_decline_code="01",
            advice_code="try_again_later",
        ),
        NO_RETRY,
        errors.StripeRefused,
        "card_declined",
        1,
    ),
    "expired card": (
        402,
        error(CARD, "expired_card", network_decline_code="54", param="exp_month"),
        NO_RETRY,
        errors.StripeRefused,
        "expired_card",
        1,
    ),
    "authentication": (
        402,
        error(CARD, "authentication_required", decline_code="authentication_required", charge="ch_1"),
        NO_RETRY,
        errors.StripeRefused,
        "authentication_required",
        1,
    ),
    "permission": (
        403,
        error(INVALID, "more_permissions_required"),
        {},
        errors.StripePermissionMissing,
        "more_permissions_required",
        # The second request reads the intent without its charge, which the key may not read.
        2,
    ),
    "in flight": (
        409,
        error(INVALID, "idempotency_key_in_use"),
        RETRY,
        errors.StripeBusy,
        "idempotency_key_in_use",
        2,
    ),
    "locked": (429, error(INVALID, "lock_timeout"), RETRY, errors.StripeBusy, "lock_timeout", 2),
    "too many requests": (429, error(INVALID, "rate_limit"), {}, errors.StripeBusy, "rate_limit", 1),
    "other parameters under the key": (
        400,
        error("idempotency_error"),
        {},
        errors.StripeRefused,
        "idempotency_error",
        1,
    ),
    "broken": (500, error("api_error"), NO_RETRY, errors.StripeBroken, "", 1),
}


@pytest.mark.parametrize("case", ERRORS)
def test_an_error_gets_its_class_and_code(case: str, merchant: Merchant, stripe_samples: SampleClient) -> None:
    status, sample, headers, expected, code, requests = ERRORS[case]
    stripe_samples.answer = (status, {"error": sample}, headers)
    with pytest.raises(errors.StripeError) as raised:
        stripe_gateway.retrieve_intent(merchant, "pi_1")
    assert (type(raised.value), raised.value.code, raised.value.message) == (expected, code, "Words of Stripe.")
    assert (raised.value.param, raised.value.request_id) == (sample.get("param", ""), "req_1")
    assert stripe_samples.requests == requests


@pytest.mark.parametrize("date", ["yesterday", "Sat, 28 Nov 2026 18:00:00, Sat, 28 Nov 2026 18:00:01", ""])
def test_an_unreadable_date_header_fails_no_call(date: str, merchant: Merchant, stripe_samples: SampleClient) -> None:
    stripe_samples.answer = (200, samples.payment_intent(samples.VERSIONS[-1]), {"Date": date})
    assert stripe_gateway.retrieve_intent(merchant, "pi_1").status == "succeeded"


def test_no_answer_is_a_passing_error(merchant: Merchant, stripe_samples: SampleClient) -> None:
    stripe_samples.answer = stripe.APIConnectionError("no route to host", should_retry=True)
    with pytest.raises(errors.StripeUnreachable) as raised:
        stripe_gateway.retrieve_intent(merchant, "pi_1")
    assert raised.value.is_transient and stripe_samples.requests == 2
