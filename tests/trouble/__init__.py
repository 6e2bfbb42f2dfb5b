"""Tests of trouble around the shop: cut and silent connections, full disks, killed processes."""
