"""Chaos: a busy day at once, with everything going wrong, and an independent count of what became of each message."""
