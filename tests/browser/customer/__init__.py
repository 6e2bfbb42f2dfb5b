"""A customer's own pages and renewals in a real browser."""
