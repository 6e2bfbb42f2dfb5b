"""Subscriptions and their invoices."""
