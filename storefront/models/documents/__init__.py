"""Invoices and credit notes, and the numbers that they get."""
