from wa_window.frappe_host.records.documents import StoreRow


class ErasedOptOut(StoreRow):
	"""The opt-out or block of a customer whose chat was erased, under a keyed hash."""
