"""Tests with a real browser, a shop with its worker, and the Stripe simulator."""
