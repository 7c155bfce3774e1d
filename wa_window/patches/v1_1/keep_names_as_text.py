from wa_window.patches.backfill import refit_conversations


def execute() -> None:
	"""Names and previews of chats that were stored before hold neither markup nor what a spreadsheet would run."""
	refit_conversations()
