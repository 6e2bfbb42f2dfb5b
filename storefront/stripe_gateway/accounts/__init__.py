"""A Stripe account: its data, its keys, its clock."""
