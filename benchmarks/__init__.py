"""Benchmarks: time and peak memory of the stages, beside what the libraries below take for the bare work."""
