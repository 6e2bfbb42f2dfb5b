"""The pages of merchants."""
