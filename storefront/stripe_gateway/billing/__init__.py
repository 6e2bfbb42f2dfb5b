"""Customers, prices, subscriptions, schedules and invoices."""
