"""A host for the chat without Frappe: the same use cases and the same panel, on SQLite."""

from .app import create_app
from .host import EmbeddedHost, Settings
from .store.store import SqliteStore

__all__ = ["EmbeddedHost", "Settings", "SqliteStore", "create_app"]
