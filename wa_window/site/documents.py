"""What the app's documents have in common: which of Frappe's ways to change a document they close."""

import frappe
from frappe import _
from frappe.model.document import Document


class NeverRenamed(Document):
	"""A document whose name is its identity elsewhere."""

	def rename(self, *args, **kwargs):
		"""Frappe's own is whitelisted, asks for the right to read alone and passes the DocType's Allow Rename by
		(frappe.model.document.Document.rename, by run_doc_method)."""
		self.before_rename()

	def before_rename(self, *args, **kwargs):
		frappe.throw(_("{0} cannot be renamed.").format(_(self.doctype)), frappe.PermissionError)


class StoreRow(NeverRenamed):
	"""A row that the app writes by itself, or with its parent's form. As a document of its own it is refused: of a child row
	Frappe asks the role on the parent's DocType alone (frappe.permissions.has_child_permission)."""

	def before_insert(self):
		self._refuse()

	def validate(self):
		self._refuse()

	def on_trash(self):
		self._refuse()

	def _refuse(self):
		frappe.throw(_("{0} cannot be changed by hand.").format(_(self.doctype)), frappe.PermissionError)
