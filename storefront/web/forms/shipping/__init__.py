"""Forms about things that are posted."""
