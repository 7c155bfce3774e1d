from frappe.model.document import Document


class ContentTemplate(Document):
	pass
