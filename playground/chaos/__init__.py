"""Chaos test: a busy day in a short time with injected faults, and an independent count of the outcome of each message."""
