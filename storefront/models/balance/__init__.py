"""Money at Stripe: balance transactions, payouts, and how far they were read."""
