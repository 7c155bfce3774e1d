import frappe

from wa_window.frappe_host.records.documents import StoreRow


class ChatRecord(StoreRow):
	"""One more record of a chat, beside the chat's own: it came from one of the chat's records, by a conversion that the app saw.

	Nobody reads these as documents. The record is no Dynamic Link: Frappe would rename it too, which fails where two records
	of one chat are merged (model/rename_doc.py, rename_dynamic_links).
	"""


def on_doctype_update():
	frappe.db.add_unique(
		"Chat Record", ["conversation", "record_doctype", "record"], "wa_window_chat_record_conversation"
	)
	frappe.db.add_index("Chat Record", ["record_doctype", "record", "conversation"], "wa_window_chat_record")
