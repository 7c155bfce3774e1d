"""Another app, whose DocType has chats by the hook alone: hooks.py says all that WA Window knows of it."""

__version__ = "0.0.1"
