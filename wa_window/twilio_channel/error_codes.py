"""What Twilio's error codes mean to an agent: one table, code by code.

Sources: the codes' own pages, such as https://www.twilio.com/docs/api/errors/63049, all of them also in
https://www.twilio.com/docs/api/errors/twilio-error-codes.json, and, where a page says little, the WhatsApp error behind the
code: https://www.twilio.com/docs/whatsapp/api/error-code-mapping
"""

from dataclasses import dataclass

from ..chat.delivery import (
	CUSTOMER_BLOCKED,
	LATE,
	NOT_LISTED,
	OPTED_OUT,
	OUTCOME_UNKNOWN_CODE,
	WINDOW_CLOSED,
)
from ..chat.message import Message
from ..chat.reasons import Reason
from ..chat.sentences import Explanation, Sentence, _lt

_CREDENTIALS = _lt(
	"Twilio refused the credentials. An administrator must correct them in WA Window Settings."
)
_SUSPENDED = _lt(
	"Twilio has suspended this account, such as for lack of funds. An administrator must check it; then send it again."
)
_NUMBER = _lt("Twilio refused the customer's number. Check it on the lead.")
_SENDER = _lt("This sender cannot send WhatsApp messages. An administrator must check it.")
_BUSINESS_ACCOUNT = _lt(
	"Meta does not accept this business account or sender. An administrator must check it at Twilio and in Meta's Business Manager."
)
_TOO_FAST = _lt("Too many messages at once. Send it again later.")
_TEMPLATE = _lt("WhatsApp does not accept this template. Choose another one, or have it corrected at Twilio.")
_MEDIA = _lt("WhatsApp could not accept the file. Send a smaller one or another type.")
_PROVIDER = _lt("WhatsApp had an error. Send it again.")
_OUTSIDE = _lt("The 24-hour window was closed. Send an approved template instead.")
_OPTED_OUT = _lt("Opted out at Twilio. Only a START from the customer lifts it.")
_BLOCKED = _lt("This customer blocked your number. You can reply when they write again.")


@dataclass(frozen=True)
class Error:
	"""What an error code means; `may_be_repeated`: sending the same message to the same customer again can help."""

	reason: Reason
	sentence: str
	may_be_repeated: bool = True


ERRORS = {
	WINDOW_CLOSED: Error(
		Reason.NONE,
		_lt("The 24-hour window closed before this was sent. Send an approved template instead."),
	),
	OPTED_OUT: Error(Reason.NONE, _lt("The customer opted out before this was sent."), may_be_repeated=False),
	CUSTOMER_BLOCKED: Error(
		Reason.NONE,
		_lt("The customer blocked your number before this was sent."),
		may_be_repeated=False,
	),
	OUTCOME_UNKNOWN_CODE: Error(
		Reason.NONE,
		_lt(
			"Twilio did not answer; we are checking whether this was sent. You can send it again after 30 minutes."
		),
	),
	NOT_LISTED: Error(
		Reason.NONE,
		_lt("Not confirmed: Twilio did not answer and has no such message. Send it again?"),
	),
	LATE: Error(
		Reason.NONE,
		_lt("Not sent: sending to many was interrupted for hours. Resume it, or send this again."),
	),
	"no_connection": Error(
		Reason.PROVIDER, _lt("Twilio could not be reached for a long time. Send it again.")
	),
	# An account without funds is suspended: https://www.twilio.com/docs/api/errors/10001
	"10001": Error(Reason.ACCOUNT, _SUSPENDED),
	"20003": Error(Reason.ACCOUNT, _CREDENTIALS),
	"20005": Error(Reason.ACCOUNT, _SUSPENDED),
	"20006": Error(Reason.ACCOUNT, _CREDENTIALS),
	"20403": Error(Reason.ACCOUNT, _SUSPENDED),
	"20404": Error(Reason.ACCOUNT, _CREDENTIALS),
	"20429": Error(Reason.RATE_LIMITED, _TOO_FAST),
	"21211": Error(Reason.NUMBER, _NUMBER, may_be_repeated=False),
	"21408": Error(
		Reason.COUNTRY,
		_lt("This Twilio account may not send to this country. An administrator must allow it at Twilio."),
	),
	"21603": Error(Reason.SENDER, _SENDER),
	"21604": Error(Reason.NUMBER, _NUMBER, may_be_repeated=False),
	"21606": Error(Reason.SENDER, _SENDER),
	"21609": Error(
		Reason.SET_UP,
		_lt(
			"Twilio refused the status callback URL. An administrator must check Public URL in WA Window Settings."
		),
	),
	"21610": Error(Reason.OPTED_OUT, _OPTED_OUT, may_be_repeated=False),
	"21611": Error(Reason.RATE_LIMITED, _TOO_FAST),
	"21617": Error(
		Reason.CONTENT,
		_lt("The message is too long. Shorten it to 1600 characters."),
		may_be_repeated=False,
	),
	"21620": Error(
		Reason.SET_UP,
		_lt(
			"Twilio refused the file's address. An administrator must check Public URL in WA Window Settings."
		),
	),
	"21623": Error(Reason.MEDIA, _MEDIA, may_be_repeated=False),
	"21654": Error(Reason.CONTENT, _TEMPLATE, may_be_repeated=False),
	"21655": Error(
		Reason.TEMPLATE,
		_lt("This template was deleted at Twilio. Choose another one."),
		may_be_repeated=False,
	),
	"21656": Error(
		Reason.VARIABLES,
		_lt("Twilio refused the values of the template. Change them, then send it again."),
		may_be_repeated=False,
	),
	"21660": Error(Reason.SENDER, _SENDER),
	# The sender's Messaging Service is not there any more: https://www.twilio.com/docs/api/errors/21701
	"21701": Error(Reason.SENDER, _SENDER),
	"21705": Error(Reason.SENDER, _SENDER),
	"21910": Error(Reason.SENDER, _SENDER),
	# After it was accepted, and before it was sent: https://www.twilio.com/docs/api/errors/30002
	"30002": Error(Reason.ACCOUNT, _SUSPENDED),
	"63001": Error(Reason.ACCOUNT, _BUSINESS_ACCOUNT),
	"63003": Error(
		Reason.NOT_ON_WHATSAPP,
		_lt("This number is not on WhatsApp. Check it, or call."),
		may_be_repeated=False,
	),
	"63005": Error(
		Reason.CONTENT,
		_lt(
			"WhatsApp did not accept this message. Check the number, the file and the text, then send it again."
		),
		may_be_repeated=False,
	),
	"63007": Error(Reason.SENDER, _SENDER),
	"63010": Error(Reason.PROVIDER, _PROVIDER),
	"63012": Error(Reason.PROVIDER, _PROVIDER),
	"63013": Error(
		Reason.CONTENT,
		_lt(
			"WhatsApp's policy does not allow this content. Change the text or the file, then send it again."
		),
		may_be_repeated=False,
	),
	"63014": Error(Reason.BLOCKED, _BLOCKED, may_be_repeated=False),
	"63015": Error(
		Reason.NUMBER,
		_lt("The customer has not joined the Twilio sandbox. Ask them to send the join code."),
	),
	"63016": Error(Reason.OUTSIDE_WINDOW, _OUTSIDE),
	"63017": Error(Reason.RATE_LIMITED, _TOO_FAST),
	# Also where a sender may not start more chats for now: https://www.twilio.com/docs/api/errors/63018
	"63018": Error(
		Reason.RATE_LIMITED,
		_lt("This sender reached a WhatsApp limit. Send it again later; starting a chat may take 24 hours."),
	),
	# Twilio could not fetch the file from us, or it was empty: https://www.twilio.com/docs/api/errors/63019
	"63019": Error(
		Reason.MEDIA,
		_lt(
			"Twilio could not load the file from this site. Send it again; if that fails, an administrator must check Public URL in WA Window Settings."
		),
	),
	"63020": Error(Reason.ACCOUNT, _BUSINESS_ACCOUNT),
	"63021": Error(
		Reason.CONTENT,
		_lt("WhatsApp does not accept this content. Change the text, or the type of the file."),
		may_be_repeated=False,
	),
	"63022": Error(Reason.ACCOUNT, _BUSINESS_ACCOUNT),
	"63023": Error(Reason.PROVIDER, _PROVIDER),
	# "Then retry": https://www.twilio.com/docs/api/errors/63024
	"63024": Error(
		Reason.NOT_ON_WHATSAPP,
		_lt(
			"WhatsApp cannot deliver to this customer. Check the number; if it is right, ask them to update WhatsApp and accept its terms."
		),
	),
	"63025": Error(Reason.PROVIDER, _PROVIDER),
	"63027": Error(Reason.TEMPLATE, _TEMPLATE, may_be_repeated=False),
	"63028": Error(
		Reason.TEMPLATE,
		_lt("This template was changed at Twilio. Wait for the sync, then fill it in again."),
		may_be_repeated=False,
	),
	"63029": Error(
		Reason.PROVIDER,
		_lt("The customer's phone could not load this template. Send it again later, or another one."),
	),
	"63030": Error(
		Reason.CONTENT,
		_lt("WhatsApp does not accept this message in this form."),
		may_be_repeated=False,
	),
	"63031": Error(
		Reason.NUMBER,
		_lt("This number is one of your own senders. Check it on the lead."),
		may_be_repeated=False,
	),
	"63032": Error(
		Reason.MARKETING,
		_lt("Meta does not deliver such messages to this customer (experiment). Wait until they write."),
		may_be_repeated=False,
	),
	# Since 2025 for marketing messages only; earlier it meant a blocked number: https://www.twilio.com/docs/api/errors/63033
	"63033": Error(
		Reason.MARKETING,
		_lt(
			"This customer turned off your marketing messages. Send a template of another category, or wait until they write."
		),
		may_be_repeated=False,
	),
	"63034": Error(
		Reason.MEDIA,
		_lt("The file is too large for WhatsApp. Send a smaller one."),
		may_be_repeated=False,
	),
	"63037": Error(Reason.PROVIDER, _PROVIDER),
	# A rolling day: https://www.twilio.com/docs/api/errors/63038
	"63038": Error(
		Reason.DAILY_LIMIT,
		_lt("Daily message limit reached. Send it again tomorrow."),
	),
	"63040": Error(
		Reason.TEMPLATE, _lt("WhatsApp rejected this template. Choose another one."), may_be_repeated=False
	),
	"63041": Error(
		Reason.TEMPLATE,
		_lt("WhatsApp paused this template for its quality. Choose another one."),
		may_be_repeated=False,
	),
	"63042": Error(
		Reason.TEMPLATE, _lt("WhatsApp disabled this template. Choose another one."), may_be_repeated=False
	),
	"63049": Error(
		Reason.MARKETING,
		_lt("Meta did not deliver this marketing message. Do not send it again now."),
		may_be_repeated=False,
	),
	"63051": Error(
		Reason.ACCOUNT,
		_lt("Meta locked this sender or business account. An administrator must contact Twilio."),
	),
	"63052": Error(
		Reason.CONTENT, _lt("This text matches a template. Send it as a template."), may_be_repeated=False
	),
	# Also of a restricted API key without the permission: https://www.twilio.com/docs/api/errors/70051
	"70051": Error(Reason.ACCOUNT, _CREDENTIALS),
	"90010": Error(Reason.ACCOUNT, _SUSPENDED),
}
# What these codes mean for a template message, which must not be repeated.
TEMPLATE_ERRORS = {
	# For a freeform message: it was outside the window. https://www.twilio.com/docs/api/errors/63016
	"63016": _lt(
		"WhatsApp refused this template: it is no longer approved, or cannot start a chat. Choose another one."
	),
	# For a freeform message: its file or its text. https://www.twilio.com/docs/api/errors/63021
	"63021": _lt("WhatsApp does not accept these values. Shorten them or choose another template."),
}
UNKNOWN_CODE = _lt("Twilio error {0}: see twilio.com/docs/api/errors, or send it again.")


def reason_of(code: str) -> Reason:
	"""The reason for an error code of Twilio's; NONE for an empty code."""
	error = ERRORS.get(code)
	return error.reason if error else Reason.OTHER if code else Reason.NONE


def explain(message: Message) -> Explanation:
	"""Explain a message's error code, Twilio's or ours; an unknown code gets a general sentence."""
	code = message.error_code
	if message.content_template and code in TEMPLATE_ERRORS:
		return Explanation(Sentence(TEMPLATE_ERRORS[code]), may_be_repeated=False)
	error = ERRORS.get(code)
	if error is None:
		return Explanation(Sentence(UNKNOWN_CODE, (code,)))
	return Explanation(Sentence(error.sentence), error.may_be_repeated)
