"""One module for each of Stripe's resources: how it is made, read, changed, listed."""
