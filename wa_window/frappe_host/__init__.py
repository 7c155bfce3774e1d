"""This app inside Frappe: its store, leads, permissions, jobs, realtime, installation."""
