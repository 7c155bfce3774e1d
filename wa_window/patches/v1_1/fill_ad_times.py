from wa_window.patches.backfill import fill_ad_times


def execute() -> None:
	"""Fill in when customers came by their chat's ad. Run again after an interruption, it continues."""
	fill_ad_times()
