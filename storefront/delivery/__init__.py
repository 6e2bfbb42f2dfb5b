"""Delivery: what customers are given for what they paid, and until when they may have it."""
