"""Files of messages: storage and permissions."""
