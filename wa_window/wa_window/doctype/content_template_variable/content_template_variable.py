from frappe.model.document import Document


class ContentTemplateVariable(Document):
	pass
