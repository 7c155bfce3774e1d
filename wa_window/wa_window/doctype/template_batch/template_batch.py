import frappe

from wa_window.frappe_host.records.documents import StoreRow


class TemplateBatch(StoreRow):
	"""A template to many. It is prepared and sent by the app's calls (api/batches.py), never by saving a document: who may create one by
	their roles may send to many."""


def on_doctype_update():
	frappe.db.add_index("Template Batch", ["status", "pressed_at_ms"], "wa_window_batch_status")
	frappe.db.add_index("Template Batch", ["owner", "pressed_at_ms"], "wa_window_batch_owner")
