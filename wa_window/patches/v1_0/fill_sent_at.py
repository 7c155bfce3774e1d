from wa_window.patches.backfill import fill_sent_at


def execute() -> None:
	"""Every message has the time it was sent, and says where it comes from."""
	fill_sent_at()
