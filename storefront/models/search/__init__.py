"""Searches for the lists of the admin: orders, customers, subscriptions, emails, open renewals."""
