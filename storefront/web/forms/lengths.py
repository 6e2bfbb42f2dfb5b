"""Minimum and maximum lengths that forms, pages and commands share."""

MIN_PASSWORD = 8
NAME = 200
EMAIL = 254
