"""What operators do: start, stop, migrate, rehearse; real processes and a real PostgreSQL."""
