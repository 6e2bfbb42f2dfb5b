"""Offers, how they are billed, and their prices at Stripe."""
