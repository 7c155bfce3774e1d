from wa_window.patches.backfill import coerce_stored_texts


def execute() -> None:
	"""Remove markup and spreadsheet formulas from stored names and previews of chats."""
	coerce_stored_texts()
