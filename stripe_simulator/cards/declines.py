"""Declines: codes and messages of refused cards (docs.stripe.com/declines/codes)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Decline:
    """One kind of decline: Stripe's code, decline code and message."""

    code: str
    decline_code: str
    message: str
    param: str | None = None
    advice: str | None = None


DECLINED = "Your card was declined."
DECLINES = {
    "generic_decline": Decline("card_declined", "generic_decline", DECLINED, advice="try_again_later"),
    "insufficient_funds": Decline(
        "card_declined", "insufficient_funds", "Your card has insufficient funds.", advice="try_again_later"
    ),
    "lost_card": Decline("card_declined", "lost_card", DECLINED, advice="do_not_try_again"),
    "stolen_card": Decline("card_declined", "stolen_card", DECLINED, advice="do_not_try_again"),
    "fraudulent": Decline("card_declined", "fraudulent", DECLINED, advice="do_not_try_again"),
    "card_velocity_exceeded": Decline(
        "card_declined",
        "card_velocity_exceeded",
        "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
    ),
    "expired_card": Decline("expired_card", "expired_card", "Your card has expired.", "exp_month"),
    "incorrect_cvc": Decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.", "cvc"),
    "processing_error": Decline(
        "processing_error",
        "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
        advice="try_again_later",
    ),
    "authentication_required": Decline(
        "authentication_required",
        "authentication_required",
        "Your card was declined. This transaction requires authentication.",
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
