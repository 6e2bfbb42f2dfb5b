"""Subscriptions, their items, schedules and renewals."""
