"""Stripe's resources, one module each: create, retrieve, update and list."""
