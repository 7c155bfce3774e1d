"""What the Desk and Frappe CRM show: lists, charts, reports, notifications, checks, and errors as HTTP answers."""
