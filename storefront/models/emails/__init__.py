"""Queued emails, custom texts, counted requests for an email, and outages of the mail server."""
