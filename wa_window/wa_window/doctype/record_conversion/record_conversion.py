import frappe

from wa_window.frappe_host.records.documents import StoreRow


class RecordConversion(StoreRow):
	"""A record that came from another one, by a conversion that the app saw, in one step or in several: chats of the one go along to the
	other, also those that begin later.

	Nobody reads these as documents. The records are no Dynamic Links, as in Chat Record.
	"""


def on_doctype_update():
	pair = ["from_doctype", "from_record", "record_doctype", "record"]
	frappe.db.add_unique("Record Conversion", pair, "wa_window_record_conversion_pair")
	frappe.db.add_index("Record Conversion", ["record_doctype", "record"], "wa_window_record_conversion")
