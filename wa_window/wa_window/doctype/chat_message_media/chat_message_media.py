from frappe.model.document import Document


class ChatMessageMedia(Document):
	pass
