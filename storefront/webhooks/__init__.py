"""Events from Stripe: stored once, then handled."""
