"""What workers do: send, complete, fetch, compare with Twilio's list, sync templates."""
