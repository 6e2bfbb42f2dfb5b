"""Handling of API requests: decoding, validation, routing, idempotency and faults."""
