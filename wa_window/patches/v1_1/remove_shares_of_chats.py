import frappe


def execute():
	"""Delete shares of chats, which bypass their permissions; assigning a chat created one."""
	frappe.db.delete("DocShare", {"share_doctype": ("in", ("Chat Conversation", "Chat Message"))})
