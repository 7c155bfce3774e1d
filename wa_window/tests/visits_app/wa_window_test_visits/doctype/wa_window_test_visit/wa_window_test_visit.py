from frappe.model.document import Document


class WAWindowTestVisit(Document):
	pass
