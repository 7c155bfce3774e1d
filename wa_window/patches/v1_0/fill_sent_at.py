from wa_window.patches.backfill import fill_sent_at


def execute() -> None:
	"""Fill in when each message was sent, and the source of that time."""
	fill_sent_at()
