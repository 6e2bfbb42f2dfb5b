"""Rules about the source code, checked from its files."""
