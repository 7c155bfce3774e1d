"""Base classes of the app's documents, which restrict Frappe's generic ways to find and change a document."""

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document


class GuardedDocument(Document):
	"""A document that is found by its name, or by a filter among those that the session's user may list; it is never
	renamed."""

	name: Any  # the conditions of who asks, until it is loaded

	def load_from_db(self):
		"""Frappe finds a document by conditions on any field before it checks permissions, in every method that passes a
		name on (such as frappe.client.get): 403 or 404 then reveals the field's value."""
		if not isinstance(self.name, str | int):
			self.name = self._first_listed()
		return super().load_from_db()

	def _first_listed(self) -> str:
		found = frappe.get_list(self.doctype, filters=self.name, pluck="name", limit=1)
		if not found:
			frappe.throw(_("{0} not found").format(_(self.doctype)), frappe.DoesNotExistError)
		return found[0]

	def rename(self, *args, **kwargs):
		"""Frappe's own is whitelisted, needs only read permission, and does not check whether the DocType allows it
		(frappe.model.document.Document.rename, by run_doc_method)."""
		self.before_rename()

	def before_rename(self, *args, **kwargs):
		frappe.throw(_("{0} cannot be renamed.").format(_(self.doctype)), frappe.PermissionError)


class StoreRow(GuardedDocument):
	"""A row that only the app writes, or its parent's form. It cannot be saved as a document of its own: for a child row
	Frappe checks only the role's permission on the parent's DocType (frappe.permissions.has_child_permission)."""

	def before_insert(self):
		self._refuse()

	def save(self, *args, **kwargs):
		"""Refused before Frappe checks the links: its message names a linked document that is gone
		(frappe.model.document.Document._validate_links)."""
		self._refuse()

	def validate(self):
		self._refuse()

	def on_trash(self):
		self._refuse()

	def _refuse(self):
		frappe.throw(_("{0} cannot be edited.").format(_(self.doctype)), frappe.PermissionError)
