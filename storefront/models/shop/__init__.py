"""The administrators and settings of the shop."""
