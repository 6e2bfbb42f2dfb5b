"""Emails: the outbox, delivery, rendering, the owner's texts, and signed links."""
