"""The shop as an operator runs it: commands, web and worker processes, PostgreSQL, Redis."""
