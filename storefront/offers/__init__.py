"""Offers: editing, billing rules, stock, images, addresses."""
