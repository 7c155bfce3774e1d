from wa_window.site.documents import StoreRow


class ErasedOptOut(StoreRow):
	"""What outlives an erased chat of a customer who had opted out or blocked us, under a keyed hash."""
