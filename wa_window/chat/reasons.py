"""Why the provider refused a message: all that the use cases know of it. The channel turns the provider's codes into these."""

from .text_enum import TextEnum


class Reason(TextEnum):
	"""Stored as a message's `error_reason`; the provider's own code and text stand beside it."""

	NONE = ""
	OUTSIDE_WINDOW = "outside_window"
	OPTED_OUT = "opted_out"
	BLOCKED = "blocked"
	NOT_ON_WHATSAPP = "not_on_whatsapp"
	NUMBER = "number"
	SENDER = "sender"
	ACCOUNT = "account"
	RATE_LIMITED = "rate_limited"
	# The account may not send more today.
	DAILY_LIMIT = "daily_limit"
	# The template is another one at the provider than here: not approved, deleted, paused, or with other variables.
	TEMPLATE = "template"
	VARIABLES = "variables"
	MEDIA = "media"
	CONTENT = "content"
	MARKETING = "marketing"
	SET_UP = "set_up"
	# The account may not send to the customer's country.
	COUNTRY = "country"
	PROVIDER = "provider"
	OTHER = "other"
