"""A demo shop: the storefront and the Stripe simulator, with two merchants and a few offers."""
