"""Messages, conversations and templates on Frappe's database."""
