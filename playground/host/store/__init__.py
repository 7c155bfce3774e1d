"""The Store port on SQLite, and what else the playground stores: leads, files."""
