"""The product's own errors. Each says what the caller can decide; the words are chosen where they are shown."""

from storefront.money import Money


class ShopError(Exception):
    """Base of all below. `is_transient`: the same may succeed in a moment, because Stripe gave no real answer."""

    is_transient = False


class SecretUnreadable(ShopError):
    """A stored secret can't be decrypted with the present ENCRYPTION_KEYS."""


class FieldErrors(ShopError):
    """What a person typed can't be accepted: {field name: [code, …]}; codes become words in `wording`."""

    def __init__(self, errors: dict[str, list[str]], **details: object) -> None:
        super().__init__(str(errors))
        self.errors = errors
        self.details = details


class StripeError(ShopError):
    """Stripe didn't do what was asked. `message` is Stripe's own sentence (English), "" where there is none."""

    def __init__(self, message: str = "", code: str = "", param: str = "", request_id: str = "") -> None:
        super().__init__(message or code or type(self).__name__)
        self.message = message
        self.code = code
        self.param = param
        self.request_id = request_id


class StripeUnreachable(StripeError):
    """No answer: the network, a time limit. Whether the call took effect is unknown; the same key may be sent again."""

    is_transient = True


class StripeBroken(StripeError):
    """Stripe answered 5xx. Stripe replays that answer under the same idempotency key: a new key is needed."""

    is_transient = True


class StripeBusy(StripeError):
    """Stripe answered 429 or 'key in use': ask again later, nothing has happened."""

    is_transient = True


class StripeKeyInvalid(StripeError):
    """401: the secret key is wrong, expired or revoked."""


class StripePermissionMissing(StripeError):
    """403: a restricted key may not make this call."""


class StripeNotFound(StripeError):
    """404: the object isn't there (for this account)."""


class StripeRefused(StripeError):
    """400 or 402: the request itself can't be accepted; asking again won't help. `code` says why."""


class PriceChanged(ShopError):
    """The offer costs something else than the page that the buyer sees; nothing has been started.

    `total` is the Money the same quantity costs now.
    """

    def __init__(self, total: Money) -> None:
        super().__init__(str(total))
        self.total = total


class TermsChanged(ShopError):
    """The offer is paid in another rhythm than the page that the buyer sees says; nothing has been started."""


class TooManyDeclines(ShopError):
    """Too many cards were declined from here or on this offer; a proof of work opens the way at once.

    `challenge` is what the browser has to solve, None where only time helps; `retry_after` the seconds after which the
    counting starts anew.
    """

    def __init__(self, challenge: dict[str, object] | None, retry_after: int) -> None:
        super().__init__("too many declines")
        self.challenge = challenge
        self.retry_after = retry_after


class WebhookRefused(ShopError):
    """A delivery that can't be believed; `reason` is a code of `models.webhook_refusal`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OfferNotPayable(ShopError):
    """The offer can't be bought now; `reason` is a code of `models.offer.Obstacle`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
