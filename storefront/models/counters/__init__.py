"""Counters that triggers maintain, and the open renewals that two of them count."""
