"""Test cards and the behavior of each number (docs.stripe.com/testing)."""

from dataclasses import dataclass

# When the bank asks for 3-D Secure. OPTIONAL: only when the merchant requests it.
NEVER, OPTIONAL, UNLESS_SET_UP, ALWAYS = "never", "optional", "unless_set_up", "always"


@dataclass(frozen=True)
class TestCard:
    """One test number.

    `decline` is a key of declines.DECLINES. `can_be_saved` allows saving the card although charges are declined.
    Delayed effects: `refund` is a key of scheduled_actions.ACTIONS, `dispute_reason` is the buyer's reason,
    `processing` is how a payment in processing ends. `asks_by_decline`: off session the bank asks for 3-D Secure by
    declining the charge with `authentication_required`.
    """

    number: str
    tokens: tuple[str, ...] = ()
    decline: str | None = None
    three_d_secure: str = NEVER
    can_be_saved: bool = False
    description: str = "succeeds"
    funding: str = "credit"
    country: str = "US"
    already_authenticated: bool = False
    refund: str = ""
    dispute_reason: str = ""
    inquiry: bool = False
    processing: str = ""
    asks_by_decline: bool = False


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
        description="declined",
    ),
    TestCard(
        "4000000000009995",
        ("pm_card_chargeDeclinedInsufficientFunds", "pm_card_visa_chargeDeclinedInsufficientFunds"),
        "insufficient_funds",
        description="insufficient funds",
    ),
    TestCard("4000000000009987", ("pm_card_visa_chargeDeclinedLostCard",), "lost_card", description="lost card"),
    TestCard("4000000000009979", ("pm_card_visa_chargeDeclinedStolenCard",), "stolen_card", description="stolen card"),
    TestCard("4000000000000069", ("pm_card_chargeDeclinedExpiredCard",), "expired_card", description="expired card"),
    TestCard("4000000000000127", ("pm_card_chargeDeclinedIncorrectCvc",), "incorrect_cvc", description="wrong CVC"),
    TestCard(
        "4000000000000119",
        ("pm_card_chargeDeclinedProcessingError",),
        "processing_error",
        description="processing error",
    ),
    TestCard(
        "4000000000006975",
        ("pm_card_visa_chargeDeclinedVelocityLimitExceeded",),
        "card_velocity_exceeded",
        description="tried too often",
    ),
    TestCard(
        "4100000000000019",
        ("pm_card_radarBlock", "pm_card_chargeDeclinedFraudulent"),
        "fraudulent",
        can_be_saved=True,
        description="blocked as fraudulent",
    ),
    TestCard(
        "4000000000000341",
        ("pm_card_chargeCustomerFail", "tok_chargeCustomerFail"),
        "generic_decline",
        can_be_saved=True,
        description="saves, then declines when charged",
    ),
    TestCard(
        "4000000000003055",
        ("pm_card_threeDSecureOptional",),
        three_d_secure=OPTIONAL,
        description="3-D Secure if requested",
    ),
    TestCard(
        "4000000000003063", ("pm_card_threeDSecureRequired",), three_d_secure=ALWAYS, description="asks for 3-D Secure"
    ),
    TestCard(
        "4000000000003220", ("pm_card_threeDSecure2Required",), three_d_secure=ALWAYS, description="asks for 3-D Secure"
    ),
    TestCard(
        "4000002760003184",
        ("pm_card_authenticationRequired",),
        three_d_secure=ALWAYS,
        description="asks for 3-D Secure every time",
    ),
    TestCard(
        "4000002500003155",
        ("pm_card_authenticationRequiredOnSetup",),
        three_d_secure=UNLESS_SET_UP,
        description="asks for 3-D Secure; off session not if set up for later use",
    ),
    TestCard(
        "4000003800000446",
        ("pm_card_authenticationRequiredSetupForOffSession",),
        three_d_secure=UNLESS_SET_UP,
        already_authenticated=True,
        description="asks for 3-D Secure; already set up for later use",
    ),
    TestCard(
        "4000008400001629",
        ("pm_card_threeDSecureRequiredChargeDeclined",),
        "generic_decline",
        three_d_secure=ALWAYS,
        description="3-D Secure, then declined",
    ),
    TestCard(
        "4000008260003178",
        ("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",),
        "insufficient_funds",
        three_d_secure=ALWAYS,
        can_be_saved=True,
        description="3-D Secure, then insufficient funds",
    ),
    TestCard(
        "4000000000005126",
        ("pm_card_refundFail", "tok_refundFail"),
        refund="refund_fails",
        description="succeeds; a refund fails later",
    ),
    TestCard(
        "4000000000007726",
        ("pm_card_pendingRefund", "tok_pendingRefund"),
        refund="refund_succeeds",
        description="succeeds; a refund is pending first",
    ),
    TestCard(
        "4000000000000259",
        ("pm_card_createDispute", "tok_createDispute"),
        dispute_reason="fraudulent",
        description="succeeds; disputed later as fraudulent",
    ),
    TestCard(
        "4000000000002685",
        ("pm_card_createDisputeProductNotReceived", "tok_createDisputeProductNotReceived"),
        dispute_reason="product_not_received",
        description="succeeds; disputed later as not received",
    ),
    TestCard(
        "4000000000001976",
        ("pm_card_createDisputeInquiry", "tok_createDisputeInquiry"),
        dispute_reason="fraudulent",
        inquiry=True,
        description="succeeds; the bank asks later, and takes no money yet",
    ),
    # Specific to the simulator: Stripe has no test card that stays in processing.
    TestCard(
        "4000009990000104",
        ("pm_card_processingSucceeds",),
        processing="succeeds",
        description="processing first, succeeds later (no card of Stripe's)",
    ),
    TestCard(
        "4000009990000203",
        ("pm_card_processingFails",),
        processing="fails",
        description="processing first, declined later (no card of Stripe's)",
    ),
)
BY_NUMBER = {card.number: card for card in TEST_CARDS}
BY_TOKEN = {token: card for card in TEST_CARDS for token in card.tokens}
NOT_A_TEST_CARD = TestCard("")


def behavior_of(number: str, livemode: bool) -> TestCard:
    """Return the behavior of a number in a mode. Test cards are declined in live mode, and other cards in test mode."""
    test_card = BY_NUMBER.get(number)
    if livemode:
        return TestCard(number, decline="live_mode_test_card") if test_card else NOT_A_TEST_CARD
    return test_card or TestCard(number, decline="test_mode_live_card")
