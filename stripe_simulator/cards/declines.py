"""Declines: codes and messages of refused cards (docs.stripe.com/declines/codes)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Decline:
    """One kind of decline: Stripe's code, decline code and message.

    Declines with a code of their own have no decline code. `network_code` is the card network's (ISO 8583), None if the
    network was not asked.
    """

    code: str
    decline_code: str | None
    message: str
    param: str | None = None
    advice: str | None = None
    network_code: str | None = None

    @property
    def fields(self) -> dict[str, str]:
        """The fields of an error that differ between declines, apart from its code and message."""
        given = {
            "decline_code": self.decline_code,
            "network_decline_code": self.network_code,
            "param": self.param,
            "advice_code": self.advice,
        }
        return {name: value for name, value in given.items() if value}


DECLINED = "Your card was declined."
DECLINES = {
    "generic_decline": Decline(
        "card_declined", "generic_decline", DECLINED, advice="try_again_later", network_code="01"
    ),
    "insufficient_funds": Decline(
        "card_declined",
        "insufficient_funds",
        "Your card has insufficient funds.",
        advice="try_again_later",
        network_code="51",
    ),
    "lost_card": Decline("card_declined", "lost_card", DECLINED, advice="do_not_try_again", network_code="41"),
    "stolen_card": Decline("card_declined", "stolen_card", DECLINED, advice="do_not_try_again", network_code="43"),
    "fraudulent": Decline("card_declined", "fraudulent", DECLINED, advice="do_not_try_again"),
    "card_velocity_exceeded": Decline(
        "card_declined",
        "card_velocity_exceeded",
        "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
        network_code="65",
    ),
    "expired_card": Decline("expired_card", None, "Your card has expired.", "exp_month", network_code="54"),
    "incorrect_cvc": Decline(
        "incorrect_cvc", None, "Your card's security code is incorrect.", "cvc", network_code="N7"
    ),
    "processing_error": Decline(
        "processing_error",
        None,
        "An error occurred while processing your card. Try again in a little bit.",
        advice="try_again_later",
        network_code="96",
    ),
    "authentication_required": Decline(
        "authentication_required",
        "authentication_required",
        "Your card was declined. This transaction requires authentication.",
        network_code="1A",
    ),
    "live_mode_test_card": Decline(
        "card_declined",
        "live_mode_test_card",
        "Your card was declined. Your request was in live mode, but used a known test card.",
    ),
    "test_mode_live_card": Decline(
        "card_declined",
        "test_mode_live_card",
        "Your card was declined. Your request was in test mode, but used a non test card.",
    ),
}
