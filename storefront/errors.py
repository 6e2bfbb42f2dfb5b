"""Errors of this product. Each tells the caller what to decide. Texts for people are chosen where they are shown."""

from storefront.money import Money


class ShopError(Exception):
    """Base class. `is_transient`: a retry later may succeed."""

    is_transient = False


class SecretUnreadable(ShopError):
    """A stored secret can't be decrypted with the current ENCRYPTION_KEYS."""


class LastOwner(ShopError):
    """The change would leave the shop without an Owner. Nothing was changed."""


class PasswordCheckBusy(ShopError):
    """So many passwords are being checked that this one would wait too long. Nothing was checked."""

    is_transient = True


class UploadsUnavailable(ShopError):
    """The object store of uploaded files can't be used now. The message is one line for the log."""

    is_transient = True


class FieldErrors(ShopError):
    """Form input is not valid. `errors` is {field name: [code, …]}; `details` fill the placeholders of their texts."""

    def __init__(self, errors: dict[str, list[str]], **details: object) -> None:
        super().__init__(str(errors))
        self.errors = errors
        self.details = details


# Webhook events store the class name of the error that stopped them. Do not rename the classes below.
class StripeError(ShopError):
    """A call to Stripe failed. `message` is Stripe's text for people (in English); "" when there is none.

    `was_asked` is False if the call was not sent: Stripe has refused it shortly before, or does not answer others.
    `retry_after` is the number of seconds after which the call may work; 0 if that is not known.
    """

    def __init__(
        self,
        message: str = "",
        code: str = "",
        param: str = "",
        request_id: str = "",
        *,
        was_asked: bool = True,
        retry_after: int = 0,
    ) -> None:
        super().__init__(message or code or type(self).__name__)
        self.message = message
        self.code = code
        self.param = param
        self.request_id = request_id
        self.was_asked = was_asked
        self.retry_after = retry_after


class StripeUnreachable(StripeError):
    """No response: network error or timeout. The call may have taken effect; retry it with the same idempotency key.

    Or Stripe was not asked (`was_asked`), because it has just been silent. Nothing has happened then.
    """

    is_transient = True


class StripeBroken(StripeError):
    """Stripe returned 5xx. Retry with a new idempotency key: Stripe repeats this response for the same key."""

    is_transient = True


class StripeBusy(StripeError):
    """Stripe returned 429 (rate limit) or 409 (idempotency key in use). Nothing has happened; retry later."""

    is_transient = True


class StripeKeyInvalid(StripeError):
    """Stripe returned 401: the secret key is wrong, expired or revoked."""


class StripePermissionMissing(StripeError):
    """Stripe returned 403: a restricted key lacks the permission for this call."""


class StripeNotFound(StripeError):
    """Stripe returned 404: the account has no such object."""


class StripeRefused(StripeError):
    """Stripe returned 400 or 402: it rejects the request, and a retry won't help. `code` is the reason."""


class PriceChanged(ShopError):
    """The offer's price is not the one on the customer's page any more. No payment was started.

    `total` is what the same quantity costs now.
    """

    def __init__(self, total: Money) -> None:
        super().__init__(str(total))
        self.total = total


class TermsChanged(ShopError):
    """The offer's billing terms are not those on the customer's page any more. No payment was started."""


class CheckoutRefused(ShopError):
    """A limit on what strangers may start is reached.

    `challenge` is a proof of work: the browser that solves it may continue. It is None when the customer has to wait.
    `retry_after` is the number of seconds after which what has been counted does not count any more.
    """

    def __init__(self, challenge: dict[str, object] | None, retry_after: int) -> None:
        super().__init__("limit reached")
        self.challenge = challenge
        self.retry_after = retry_after


class TooManyDeclines(CheckoutRefused):
    """Too many cards were declined from this address, for this offer or for its Stripe account."""


class TooManyCodes(CheckoutRefused):
    """Too many promo codes that do not exist were typed from this address."""


class TooManyCheckouts(CheckoutRefused):
    """Too many checkouts were started and not paid, or one was started too often."""


class WebhookRefused(ShopError):
    """A webhook delivery failed verification. `reason` is a `WebhookRefusal` reason code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PaymentNotRecorded(ShopError):
    """An event is about a payment of this shop that has no row yet. It is handled again later.

    `order_id` is the row of the payment's order, `intent_id` the PaymentIntent.
    """

    is_transient = True

    def __init__(self, order_id: int, intent_id: str) -> None:
        super().__init__("payment_not_recorded")
        self.order_id = order_id
        self.intent_id = intent_id


class RequestClosed(ShopError):
    """The payment request is canceled or has expired."""

    def __init__(self) -> None:
        super().__init__("closed")


class OfferNotPayable(ShopError):
    """The offer can't be bought now. `reason` is an `OfferObstacle` code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
