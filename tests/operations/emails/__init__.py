"""Emails: when they are queued, sent, retried and dropped."""
