"""A soak test: `make soak MINUTES=20` runs whole shops under load and faults, and compares their books afterwards."""
