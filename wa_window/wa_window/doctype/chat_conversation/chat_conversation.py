import frappe
from frappe import _

from wa_window.frappe_host.events import FrappeEvents
from wa_window.frappe_host.records.documents import GuardedDocument
from wa_window.frappe_host.records.erase import delete_contents_of
from wa_window.frappe_host.records.leads import chat_values, fill_title
from wa_window.frappe_host.records.permissions import has_lead_permission
from wa_window.frappe_host.records.record_types import is_record_type
from wa_window.frappe_host.store import chat_records, record_conversions

LEAD_FIELDS = ("lead_doctype", "lead", "lead_title", "lead_owner", "unassigned", "earlier_number")


class ChatConversation(GuardedDocument):
	"""A number pair. Only the store writes its times: as a document, only its lead can be changed."""

	def before_insert(self):
		frappe.throw(_("A chat starts with a message."), frappe.PermissionError)

	def validate(self):
		before = self.get_doc_before_save()
		for field in self.meta.get_valid_columns():
			if field in LEAD_FIELDS or field in frappe.model.default_fields or before is None:
				continue
			if self.has_value_changed(field):
				frappe.throw(_("Only the lead of a chat can be changed."), frappe.PermissionError)
		if self.lead_doctype and not is_record_type(self.lead_doctype):
			frappe.throw(_("{0} is not a lead: choose a lead.").format(_(self.lead_doctype)))
		self._require_new_lead()
		self.lead_title = self.lead_owner = None
		self.unassigned = 1
		before_link = (before.lead_doctype, before.lead) if before else None
		self.earlier_number = int(
			bool(before and before.earlier_number and before_link == (self.lead_doctype, self.lead))
		)
		if self.lead:
			self.update(chat_values(frappe.get_doc(self.lead_doctype, self.lead)))
			self.lead_problem = None

	def on_update(self):
		"""What a wrong lead was converted to is no record of the chat either; it goes along to what the right one was converted to."""
		if self.has_value_changed("lead") or self.has_value_changed("lead_doctype"):
			chat_records.delete_of_chat(self.name)
			own = self.lead and record_conversions.follow(self.name, self.lead_doctype, self.lead)
			if own:
				fill_title(self.name)
				self.update({"lead_doctype": own[0], "lead": own[1]})

	def _require_new_lead(self):
		"""The hook has checked write permission on the stored lead; a new lead needs it too."""
		relinked = self.has_value_changed("lead") or self.has_value_changed("lead_doctype")
		if relinked and self.lead and not has_lead_permission(self.lead_doctype, self.lead, "write"):
			frappe.throw(
				_("You need write permission on the lead to link it."),
				frappe.PermissionError,
			)

	def notify_update(self):
		"""Frappe's own publishes the name of this chat to all who list chats, also without read permission."""
		frappe.db.after_commit.add(lambda: FrappeEvents().conversation_changed(self.name))

	def on_trash(self):
		delete_contents_of(self.name)


def on_doctype_update():
	frappe.db.add_unique("Chat Conversation", ["customer", "business_address"], "wa_window_conversation_pair")
	frappe.db.add_index(
		"Chat Conversation", ["customer_user_id", "business_address"], "wa_window_conversation_user"
	)
	frappe.db.add_index(
		"Chat Conversation", ["customer_parent_id", "business_address"], "wa_window_conversation_parent"
	)
	frappe.db.add_index("Chat Conversation", ["last_inbound_at_ms", "name"], "wa_window_conversation_inbound")
	frappe.db.add_index(
		"Chat Conversation",
		["needs_reply", "last_inbound_at_ms", "waiting_since_ms", "name"],
		"wa_window_conversation_needs_reply",
	)
	frappe.db.add_index(
		"Chat Conversation", ["lead_owner", "last_message_at_ms"], "wa_window_conversation_owned"
	)
	frappe.db.add_index("Chat Conversation", ["failed_at_ms"], "wa_window_conversation_failed")
	frappe.db.add_index(
		"Chat Conversation", ["unassigned", "last_message_at_ms"], "wa_window_conversation_unassigned"
	)
	frappe.db.add_index(
		"Chat Conversation",
		["lead_doctype", "lead", "needs_reply", "unassigned", "last_message_at_ms"],
		"wa_window_conversation_record",
	)
	frappe.db.add_index("Chat Conversation", ["last_message_at_ms"], "wa_window_conversation_latest")
	frappe.db.add_index("Chat Conversation", ["blocked_at_ms"], "wa_window_conversation_blocked")
	if frappe.db.db_type == "mariadb":
		# nosemgrep: frappe-using-db-sql - frappe.db.add_index makes no index of words
		frappe.db.sql_ddl(
			"alter table `tabChat Conversation` "
			"add fulltext index if not exists wa_window_conversation_words (lead_title, profile_name)"
		)
