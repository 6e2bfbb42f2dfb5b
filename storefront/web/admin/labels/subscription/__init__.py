"""Labels of what can happen to a running subscription: pauses, and switches of plans."""
