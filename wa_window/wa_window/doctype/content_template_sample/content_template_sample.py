from wa_window.frappe_host.records.documents import StoreRow


class ContentTemplateSample(StoreRow):
	pass
