"""Twilio's WhatsApp channel: webhook forms, signatures, sending, content templates, error codes."""
