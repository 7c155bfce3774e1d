from frappe.model.document import Document


class WAWindowSender(Document):
	pass
