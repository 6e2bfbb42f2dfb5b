"""Labels of what the shop tells others."""
