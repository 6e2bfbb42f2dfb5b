"""Connected Stripe accounts: connecting, checking keys, the webhook endpoint, onboarding."""
