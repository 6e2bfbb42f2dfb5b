"""A shop to try out: storefront and Stripe simulator side by side, with two merchants and a few offers."""
