"""Measurements of the app's speed: ratios within one run on one machine. See README.md."""
