from wa_window.frappe_host.records.documents import GuardedDocument


class ChatLead(GuardedDocument):
	pass
