"""WA Window: a lead's WhatsApp chat on the Lead, inside the 24-hour customer service window."""

__version__ = "0.2.0"
