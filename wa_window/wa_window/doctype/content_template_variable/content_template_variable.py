from wa_window.site.documents import StoreRow


class ContentTemplateVariable(StoreRow):
	pass
