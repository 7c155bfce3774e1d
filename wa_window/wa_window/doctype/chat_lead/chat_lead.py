from wa_window.site.documents import NeverRenamed


class ChatLead(NeverRenamed):
	pass
