import frappe
from frappe import _
from frappe.model.document import Document


class ErasedOptOut(Document):
	"""What outlives an erased chat of a customer who had opted out, under a keyed hash: the store alone writes it."""

	def validate(self):
		frappe.throw(_("What an erased customer chose is kept by the app alone."), frappe.PermissionError)

	def on_trash(self):
		self.validate()
