import frappe


def execute():
	"""A share passes the permissions by; an assignment of a chat made one. From now on there are none of chats."""
	frappe.db.delete("DocShare", {"share_doctype": ("in", ("Chat Conversation", "Chat Message"))})
