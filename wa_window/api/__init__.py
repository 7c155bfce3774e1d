"""HTTP endpoints: Twilio's webhooks and the panel's calls. They parse, check permissions, call a use case and answer."""
