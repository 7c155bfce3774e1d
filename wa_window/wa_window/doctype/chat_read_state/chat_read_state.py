import frappe

from wa_window.frappe_host.records.documents import StoreRow


class ChatReadState(StoreRow):
	"""Until when a user has seen a chat. Nobody reads these as documents: each user gets their own counts by the app's calls."""


def on_doctype_update():
	frappe.db.add_unique("Chat Read State", ["user", "conversation"], "wa_window_read_state_user")
	frappe.db.add_index("Chat Read State", ["conversation"], "wa_window_read_state_conversation")
