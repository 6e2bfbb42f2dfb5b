"""Random sequences of events, and regression tests for the bugs that they found."""
