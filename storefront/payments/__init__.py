"""Payments: checkout, intents, settlement, refunds, disputes, expiry, limits on declines."""
