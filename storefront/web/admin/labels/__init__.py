"""Codes of the shop and of Stripe as text for the admin."""
