"""Stripe's test card numbers. See https://docs.stripe.com/testing."""

GOOD = "4242424242424242"
OTHER_GOOD = "5555555555554444"
STOLEN = "4000000000009979"
DECLINED = "4000000000000002"
INSUFFICIENT_FUNDS = "4000000000009995"
# The card can be saved, but every later charge is declined.
SAVES_THEN_DECLINES = "4000000000000341"

# 3-D Secure: `ASKS` for every payment; `ASKS_ONCE` for all but off-session ones with a saved card.
ASKS = "4000002760003184"
ASKS_ONCE = "4000002500003155"
ASKS_THEN_DECLINES = "4000008400001629"

REFUND_FAILS = "4000000000005126"
REFUND_PENDING = "4000000000007726"
DISPUTED = "4000000000000259"

# The simulator's own: the payment stays in `processing` until the test advances it.
SLOW_SUCCEEDS = "4000009990000104"
SLOW_DECLINES = "4000009990000203"
