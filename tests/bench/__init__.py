"""Benchmarks: they print, they never assert. `make bench` runs them."""
