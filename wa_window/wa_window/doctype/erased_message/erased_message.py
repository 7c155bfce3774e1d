from wa_window.site.documents import StoreRow


class ErasedMessage(StoreRow):
	pass
