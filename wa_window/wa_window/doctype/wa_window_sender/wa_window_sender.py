from wa_window.site.documents import StoreRow


class WAWindowSender(StoreRow):
	pass
