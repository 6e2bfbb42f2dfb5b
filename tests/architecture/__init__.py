"""What the house promises about itself, read from its files."""
