"""What may be called from outside: Twilio's webhooks and the panel's calls. Thin: parse, permit, call, answer."""
