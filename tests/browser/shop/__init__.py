"""Buying and paying in a real browser."""
