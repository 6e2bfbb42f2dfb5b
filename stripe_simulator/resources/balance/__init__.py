"""The balance of an account: its transactions and payouts."""
