import frappe

from wa_window.frappe_host.records.documents import StoreRow


class TemplateBatchRow(StoreRow):
	"""A recipient of a Template Batch. No child table: a form would load all ten thousand. The record is no Dynamic Link, as in Chat
	Record."""


def on_doctype_update():
	frappe.db.add_unique("Template Batch Row", ["batch", "position"], "wa_window_batch_row_position")
	frappe.db.add_index("Template Batch Row", ["batch", "state", "position"], "wa_window_batch_row_state")
	frappe.db.add_index("Template Batch Row", ["batch", "customer"], "wa_window_batch_row_customer")
	frappe.db.add_index("Template Batch Row", ["conversation", "batch"], "wa_window_batch_row_chat")
	frappe.db.add_index("Template Batch Row", ["customer"], "wa_window_batch_row_person")
	frappe.db.add_index("Template Batch Row", ["record_doctype", "record"], "wa_window_batch_row_record")
