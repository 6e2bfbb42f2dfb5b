"""Subscriptions: sync with Stripe, invoices, what may be done and doing it, failed renewals."""
