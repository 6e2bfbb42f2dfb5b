"""The admin area in a real browser."""
