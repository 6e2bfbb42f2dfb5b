"""What offers deliver, and what each order has been given."""
