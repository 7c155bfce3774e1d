from frappe.model.document import Document


class ErasedMessage(Document):
	pass
