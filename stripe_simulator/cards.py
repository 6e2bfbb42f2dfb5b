"""Test cards: what each number does (docs.stripe.com/testing)."""

from dataclasses import dataclass

# When the bank asks for 3-D Secure. "optional" only when the merchant requests it.
NEVER, OPTIONAL, UNLESS_SET_UP, ALWAYS = "never", "optional", "unless_set_up", "always"


@dataclass(frozen=True)
class TestCard:
    """One test number.

    `decline` names an entry of declines.DECLINES; `saves` says whether it can be kept for later although charging it
    is declined. What it does later: `refund` names an entry of happenings.HAPPENINGS, `disputed` is the buyer's
    reason, `processing` what the bank's thinking comes to.
    """

    number: str
    tokens: tuple[str, ...] = ()
    decline: str | None = None
    asks: str = NEVER
    saves: bool = False
    says: str = "succeeds"
    funding: str = "credit"
    country: str = "US"
    already_set_up: bool = False
    refund: str = ""
    disputed: str = ""
    inquiry: bool = False
    processing: str = ""


TEST_CARDS = (
    TestCard("4242424242424242", ("pm_card_visa", "tok_visa")),
    TestCard("4000056655665556", ("pm_card_visa_debit", "tok_visa_debit"), funding="debit"),
    TestCard("5555555555554444", ("pm_card_mastercard", "tok_mastercard")),
    TestCard("2223003122003222", ()),
    TestCard("5200828282828210", ("pm_card_mastercard_debit", "tok_mastercard_debit"), funding="debit"),
    TestCard("378282246310005", ("pm_card_amex", "tok_amex")),
    TestCard("6011111111111117", ("pm_card_discover", "tok_discover")),
    TestCard("3056930009020004", ("pm_card_diners", "tok_diners")),
    TestCard("3566002020360505", ("pm_card_jcb", "tok_jcb"), country="JP"),
    TestCard("6200000000000005", ("pm_card_unionpay", "tok_unionpay"), country="CN"),
    TestCard("4000000000000077", ("pm_card_bypassPending", "tok_bypassPending")),
    TestCard(
        "4000000000000002",
        ("pm_card_chargeDeclined", "pm_card_visa_chargeDeclined", "tok_chargeDeclined"),
        "generic_decline",
        says="declined",
    ),
    TestCard(
        "4000000000009995",
        ("pm_card_chargeDeclinedInsufficientFunds", "pm_card_visa_chargeDeclinedInsufficientFunds"),
        "insufficient_funds",
        says="insufficient funds",
    ),
    TestCard("4000000000009987", ("pm_card_visa_chargeDeclinedLostCard",), "lost_card", says="lost card"),
    TestCard("4000000000009979", ("pm_card_visa_chargeDeclinedStolenCard",), "stolen_card", says="stolen card"),
    TestCard("4000000000000069", ("pm_card_chargeDeclinedExpiredCard",), "expired_card", says="expired card"),
    TestCard("4000000000000127", ("pm_card_chargeDeclinedIncorrectCvc",), "incorrect_cvc", says="wrong CVC"),
    TestCard(
        "4000000000000119",
        ("pm_card_chargeDeclinedProcessingError",),
        "processing_error",
        says="processing error",
    ),
    TestCard(
        "4000000000006975",
        ("pm_card_visa_chargeDeclinedVelocityLimitExceeded",),
        "card_velocity_exceeded",
        says="tried too often",
    ),
    TestCard(
        "4100000000000019",
        ("pm_card_radarBlock", "pm_card_chargeDeclinedFraudulent"),
        "fraudulent",
        saves=True,
        says="blocked as fraudulent",
    ),
    TestCard(
        "4000000000000341",
        ("pm_card_chargeCustomerFail", "tok_chargeCustomerFail"),
        "generic_decline",
        saves=True,
        says="saves, then declines when charged",
    ),
    TestCard("4000000000003055", ("pm_card_threeDSecureOptional",), asks=OPTIONAL, says="3-D Secure if requested"),
    TestCard("4000000000003063", ("pm_card_threeDSecureRequired",), asks=ALWAYS, says="asks for 3-D Secure"),
    TestCard("4000000000003220", ("pm_card_threeDSecure2Required",), asks=ALWAYS, says="asks for 3-D Secure"),
    TestCard(
        "4000002760003184",
        ("pm_card_authenticationRequired",),
        asks=ALWAYS,
        says="asks for 3-D Secure every time",
    ),
    TestCard(
        "4000002500003155",
        ("pm_card_authenticationRequiredOnSetup",),
        asks=UNLESS_SET_UP,
        says="asks for 3-D Secure unless set up for later use",
    ),
    TestCard(
        "4000003800000446",
        ("pm_card_authenticationRequiredSetupForOffSession",),
        asks=UNLESS_SET_UP,
        already_set_up=True,
        says="asks for 3-D Secure; already set up for later use",
    ),
    TestCard(
        "4000008400001629",
        ("pm_card_threeDSecureRequiredChargeDeclined",),
        "generic_decline",
        asks=ALWAYS,
        says="3-D Secure, then declined",
    ),
    TestCard(
        "4000008260003178",
        ("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",),
        "insufficient_funds",
        asks=ALWAYS,
        saves=True,
        says="3-D Secure, then insufficient funds",
    ),
    TestCard(
        "4000000000005126",
        ("pm_card_refundFail", "tok_refundFail"),
        refund="refund_fails",
        says="succeeds; a refund fails later",
    ),
    TestCard(
        "4000000000007726",
        ("pm_card_pendingRefund", "tok_pendingRefund"),
        refund="refund_succeeds",
        says="succeeds; a refund is pending first",
    ),
    TestCard(
        "4000000000000259",
        ("pm_card_createDispute", "tok_createDispute"),
        disputed="fraudulent",
        says="succeeds; disputed later as fraudulent",
    ),
    TestCard(
        "4000000000002685",
        ("pm_card_createDisputeProductNotReceived", "tok_createDisputeProductNotReceived"),
        disputed="product_not_received",
        says="succeeds; disputed later as not received",
    ),
    TestCard(
        "4000000000001976",
        ("pm_card_createDisputeInquiry", "tok_createDisputeInquiry"),
        disputed="fraudulent",
        inquiry=True,
        says="succeeds; the bank asks later, and takes no money yet",
    ),
    # These two are the simulator's own: Stripe has no card that stays in processing.
    TestCard(
        "4000009990000104",
        ("pm_card_processingSucceeds",),
        processing="succeeds",
        says="processing first, succeeds later (no card of Stripe's)",
    ),
    TestCard(
        "4000009990000203",
        ("pm_card_processingFails",),
        processing="fails",
        says="processing first, declined later (no card of Stripe's)",
    ),
)
BY_NUMBER = {card.number: card for card in TEST_CARDS}
BY_TOKEN = {token: card for card in TEST_CARDS for token in card.tokens}
NOT_A_TEST_CARD = TestCard("")


def behaviour(number: str, livemode: bool) -> TestCard:
    """What a number does in a mode. Test cards are declined in live mode and the other way round."""
    known = BY_NUMBER.get(number)
    if livemode:
        return TestCard(number, decline="live_mode_test_card") if known else NOT_A_TEST_CARD
    return known or TestCard(number, decline="test_mode_live_card")
