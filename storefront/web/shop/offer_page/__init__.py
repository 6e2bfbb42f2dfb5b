"""The parts of an offer's page."""
