"""Checks of a merchant with calls to Stripe."""

from storefront import merchants, stripe_gateway
from storefront.errors import SecretUnreadable, StripeError
from storefront.models import Merchant, now
from storefront.operations.doctor.findings import Finding, amber, green, red
from storefront.stripe_gateway import Credentials


def findings(merchant: Merchant, shop_url: str) -> list[Finding]:
    """Check the merchant, which stores the result in its row, then the clock and the webhook endpoint."""
    try:
        merchants.check(merchant, shop_url)
        return [_clock(merchant), *_endpoint(merchant, shop_url)]
    except SecretUnreadable:
        # The checks without Stripe report this.
        return []
    except StripeError as error:
        return [amber("stripe_not_checked", merchant.name, words=error.message or merchants.no_answer_code(error))]


def _clock(merchant: Merchant) -> Finding:
    """Raises StripeError."""
    stripe_time = stripe_gateway.retrieve_stripe_time(Credentials.of(merchant))
    if stripe_time is None:
        return amber("clock_unknown", merchant.name)
    difference = abs(now() - stripe_time)
    is_wrong = difference > merchants.LARGE_DIFFERENCE
    grade = red if difference > merchants.BREAKING_DIFFERENCE else amber if is_wrong else green
    code = "clock_wrong" if is_wrong else "clock_right"
    return grade(code, merchant.name, seconds=int(difference.total_seconds()))


def _endpoint(merchant: Merchant, shop_url: str) -> list[Finding]:
    """Compare the endpoint with Stripe. The checks without Stripe report what is wrong. Raises StripeError."""
    if merchant.webhook_problem or not merchant.has_endpoint:
        return []
    merchants.check_endpoint(merchant, shop_url)
    checked = Merchant.get_by_id(merchant.id)
    is_known = checked.endpoint_checked_at is not None and not checked.endpoint_problem
    return [green("endpoint_as_registered", merchant.name)] if is_known else []
