"""Ports: what the use cases need. Each host has its own adapters: Frappe in production, SQLite in the playground."""
