"""What the inbox shows beside a chat: its record, and what belongs to it."""
