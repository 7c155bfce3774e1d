"""The rules and use cases of a WhatsApp chat: plain Python, without Frappe and without Twilio."""
