from frappe.model.document import Document


class ChatLead(Document):
	pass
