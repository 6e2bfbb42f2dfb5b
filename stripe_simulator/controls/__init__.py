"""The control endpoints under `/simulator` and the simulator's pages."""
