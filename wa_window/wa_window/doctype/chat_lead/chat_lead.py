from wa_window.site.documents import GuardedDocument


class ChatLead(GuardedDocument):
	pass
