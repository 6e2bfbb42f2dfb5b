"""Forms about one order."""
