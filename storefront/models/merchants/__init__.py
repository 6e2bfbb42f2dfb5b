"""Connected Stripe accounts and what they deliver to the webhook."""
