"""Forms about other programs."""
