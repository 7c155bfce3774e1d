from wa_window.frappe_host.records.documents import StoreRow


class ErasedOptOut(StoreRow):
	"""What outlives an erased chat of a customer who had opted out or blocked us, under a keyed hash."""
