"""What those who work on the shop run."""
