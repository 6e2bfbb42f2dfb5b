"""Queued emails, custom texts, and counted requests for an email."""
