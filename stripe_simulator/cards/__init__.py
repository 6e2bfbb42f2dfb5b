"""Test cards and the rules for card data."""
