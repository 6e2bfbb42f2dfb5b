"""The parts of the form of an offer."""
