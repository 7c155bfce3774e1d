from frappe.model.document import Document

from wa_window.frappe_host.records.documents import GuardedDocument


class ChatLead(GuardedDocument):
	"""Merged by Frappe's own merge, which wants write on both and delete on the one that goes; never renamed otherwise, since its name is
	a hash."""

	def rename(self, name, merge=False, force=False, validate_rename=True):
		"""Called by Frappe's dialog of the form (frappe/model/rename_doc.py, update_document_title). Not whitelisted, as Frappe's own is: that
		one can be told to check nothing."""
		if not merge:
			self.before_rename()
		return Document.rename(self, name, merge=True)

	def before_rename(self, old=None, new=None, merge=False):
		if not merge:
			super().before_rename()
