from wa_window.patches.backfill import fill_consents


def execute() -> None:
	"""Fill in since when the customers of existing chats have agreed to be written to. Run again after an interruption, it continues."""
	fill_consents()
