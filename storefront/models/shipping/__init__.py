"""Things that are posted: prices by country, addresses, and what was sent."""
