"""What Twilio's error codes mean to an agent: one table, code by code.

Sources: the codes' own pages, such as https://www.twilio.com/docs/api/errors/63049, all of them also in
https://www.twilio.com/docs/api/errors/twilio-error-codes.json, and, where a page says little, the WhatsApp error behind the
code: https://www.twilio.com/docs/whatsapp/api/error-code-mapping
"""

from dataclasses import dataclass

from ..chat.delivery import (
	CUSTOMER_BLOCKED,
	NOT_LISTED,
	OPTED_OUT,
	OUTCOME_UNKNOWN_CODE,
	WINDOW_CLOSED,
)
from ..chat.message import Message
from ..chat.reasons import Reason
from ..chat.sentences import Explanation, Sentence, _lt

_CREDENTIALS = _lt(
	"Twilio refused this site's credentials: an administrator has to correct them in WA Window Settings."
)
_NUMBER = _lt("Twilio refused the customer's number: check it on the lead.")
_SENDER = _lt(
	"This business number cannot send WhatsApp messages: an administrator has to check the senders."
)
_BUSINESS_ACCOUNT = _lt(
	"Meta does not accept this business account or its sender: an administrator has to check it at Twilio and in Meta's Business Manager."
)
_TOO_FAST = _lt("Too many messages at once: WhatsApp will take this one later, send it again then.")
_TEMPLATE = _lt(
	"WhatsApp does not accept this template as it is: choose another one, or have it corrected at Twilio."
)
_MEDIA = _lt("WhatsApp could not take the attached file: send a smaller one or another type.")
_PROVIDER = _lt("WhatsApp had a fault of its own: send the message again.")
_OUTSIDE = _lt("The 24-hour window was closed: send an approved template instead.")
_OPTED_OUT = _lt(
	"Twilio says that this customer has opted out: nothing can be sent until they write START. Only that lifts it at Twilio too."
)
_BLOCKED = _lt("This customer has blocked this number: nothing can be sent until they write again.")


@dataclass(frozen=True)
class Error:
	"""What an error code means; `may_be_repeated`: sending the same message to the same customer again can help."""

	reason: Reason
	sentence: str
	may_be_repeated: bool = True


ERRORS = {
	WINDOW_CLOSED: Error(
		Reason.NONE,
		_lt("The 24-hour window closed before this message was sent: send an approved template instead."),
	),
	OPTED_OUT: Error(
		Reason.NONE, _lt("The customer opted out before this message was sent."), may_be_repeated=False
	),
	CUSTOMER_BLOCKED: Error(
		Reason.NONE,
		_lt("The customer blocked this number before this message was sent."),
		may_be_repeated=False,
	),
	OUTCOME_UNKNOWN_CODE: Error(
		Reason.NONE,
		_lt(
			"Twilio gave no answer, so it is not known whether this was sent. It is being looked up; after half an hour you may send it again."
		),
	),
	NOT_LISTED: Error(
		Reason.NONE,
		_lt("Not confirmed: Twilio gave no answer, and its list does not show this message. Send it again?"),
	),
	"no_connection": Error(
		Reason.PROVIDER, _lt("Twilio could not be reached for a long time: send the message again.")
	),
	"20003": Error(Reason.ACCOUNT, _CREDENTIALS),
	"20404": Error(Reason.ACCOUNT, _CREDENTIALS),
	"20429": Error(Reason.RATE_LIMITED, _TOO_FAST),
	"21211": Error(Reason.NUMBER, _NUMBER, may_be_repeated=False),
	"21408": Error(
		Reason.SET_UP,
		_lt(
			"This Twilio account may not send to the customer's country: an administrator has to allow it at Twilio."
		),
	),
	"21603": Error(Reason.SENDER, _SENDER),
	"21604": Error(Reason.NUMBER, _NUMBER, may_be_repeated=False),
	"21609": Error(
		Reason.SET_UP,
		_lt(
			"Twilio refused this site's status callback URL: an administrator has to check Public URL in WA Window Settings."
		),
	),
	"21610": Error(Reason.OPTED_OUT, _OPTED_OUT, may_be_repeated=False),
	"21611": Error(Reason.RATE_LIMITED, _TOO_FAST),
	"21617": Error(
		Reason.CONTENT,
		_lt("The message is too long for WhatsApp: shorten it to 1600 characters."),
		may_be_repeated=False,
	),
	"21620": Error(
		Reason.SET_UP,
		_lt(
			"Twilio refused this site's address for the attached file: an administrator has to check Public URL in WA Window Settings."
		),
	),
	"21623": Error(Reason.MEDIA, _MEDIA, may_be_repeated=False),
	"21654": Error(Reason.CONTENT, _TEMPLATE, may_be_repeated=False),
	"21655": Error(
		Reason.TEMPLATE,
		_lt(
			"Twilio does not know this template any more. The templates are being synced: then choose another one."
		),
		may_be_repeated=False,
	),
	"21656": Error(
		Reason.VARIABLES,
		_lt("Twilio refused the values of the template's variables: change them, then send it again."),
		may_be_repeated=False,
	),
	"21910": Error(Reason.SENDER, _SENDER),
	"63001": Error(Reason.ACCOUNT, _BUSINESS_ACCOUNT),
	"63003": Error(
		Reason.NOT_ON_WHATSAPP,
		_lt("The customer's number is not on WhatsApp: check it on the lead, or call."),
		may_be_repeated=False,
	),
	"63005": Error(
		Reason.CONTENT,
		_lt(
			"WhatsApp did not accept this message: check the number on the lead and the attached file, or change the text, then send it again."
		),
		may_be_repeated=False,
	),
	"63007": Error(Reason.SENDER, _SENDER),
	"63010": Error(Reason.PROVIDER, _PROVIDER),
	"63012": Error(Reason.PROVIDER, _PROVIDER),
	"63013": Error(
		Reason.CONTENT,
		_lt(
			"WhatsApp's policy does not allow this content: change the text, the variables or the file, then send it again."
		),
		may_be_repeated=False,
	),
	"63014": Error(Reason.BLOCKED, _BLOCKED, may_be_repeated=False),
	"63015": Error(
		Reason.NUMBER,
		_lt("The customer has not joined the Twilio sandbox: ask them to send the join code first."),
	),
	"63016": Error(Reason.OUTSIDE_WINDOW, _OUTSIDE),
	"63017": Error(Reason.RATE_LIMITED, _TOO_FAST),
	# Also where a sender may not start more chats for now: https://www.twilio.com/docs/api/errors/63018
	"63018": Error(
		Reason.RATE_LIMITED,
		_lt(
			"This business number has reached a limit of WhatsApp's: send the message again later. To begin a chat it may take 24 hours."
		),
	),
	# Twilio could not fetch the file from us, or it was empty: https://www.twilio.com/docs/api/errors/63019
	"63019": Error(
		Reason.MEDIA,
		_lt(
			"Twilio could not load the attached file from this site: send it again, or as another type. If that fails too, an administrator has to check Public URL in WA Window Settings."
		),
	),
	"63020": Error(Reason.ACCOUNT, _BUSINESS_ACCOUNT),
	"63021": Error(
		Reason.CONTENT,
		_lt("WhatsApp does not accept this content: change the text, or send the file as another type."),
		may_be_repeated=False,
	),
	"63022": Error(Reason.ACCOUNT, _BUSINESS_ACCOUNT),
	"63023": Error(Reason.PROVIDER, _PROVIDER),
	# "Then retry": https://www.twilio.com/docs/api/errors/63024
	"63024": Error(
		Reason.PROVIDER,
		_lt(
			"WhatsApp cannot deliver to this customer: check the number on the lead. If it is right, ask the customer to update WhatsApp and to accept its terms, then send the message again."
		),
	),
	"63025": Error(Reason.PROVIDER, _PROVIDER),
	"63027": Error(Reason.TEMPLATE, _TEMPLATE, may_be_repeated=False),
	"63028": Error(
		Reason.TEMPLATE,
		_lt(
			"This template has other variables at Twilio by now. The templates are being synced: then fill it in anew."
		),
		may_be_repeated=False,
	),
	"63029": Error(
		Reason.PROVIDER,
		_lt("The customer's phone could not load this template: send it again later, or send another one."),
	),
	"63030": Error(
		Reason.CONTENT,
		_lt("WhatsApp does not accept this kind of message in this form: send it in another one."),
		may_be_repeated=False,
	),
	"63031": Error(
		Reason.NUMBER,
		_lt("The customer's number is one of your own senders: check it on the lead."),
		may_be_repeated=False,
	),
	"63032": Error(
		Reason.MARKETING,
		_lt(
			"Meta keeps this customer in an experiment in which such messages are not delivered: wait until they write."
		),
		may_be_repeated=False,
	),
	# Since 2025 for marketing messages only; earlier it meant a blocked number: https://www.twilio.com/docs/api/errors/63033
	"63033": Error(
		Reason.MARKETING,
		_lt(
			"This customer has turned off your marketing messages in WhatsApp: send a template of another category, or wait until they write."
		),
		may_be_repeated=False,
	),
	"63034": Error(
		Reason.MEDIA,
		_lt("The attached file is too big for WhatsApp: send a smaller one."),
		may_be_repeated=False,
	),
	"63037": Error(Reason.PROVIDER, _PROVIDER),
	"63038": Error(
		Reason.RATE_LIMITED,
		_lt("The account's daily number of messages is used up: send the message again tomorrow."),
	),
	"63040": Error(
		Reason.TEMPLATE, _lt("WhatsApp rejected this template: choose another one."), may_be_repeated=False
	),
	"63041": Error(
		Reason.TEMPLATE,
		_lt("WhatsApp paused this template because of its quality: choose another one."),
		may_be_repeated=False,
	),
	"63042": Error(
		Reason.TEMPLATE, _lt("WhatsApp disabled this template: choose another one."), may_be_repeated=False
	),
	"63049": Error(
		Reason.MARKETING,
		_lt("Meta chose not to deliver this marketing message to the customer: do not send it again now."),
		may_be_repeated=False,
	),
	"63051": Error(
		Reason.ACCOUNT,
		_lt("The sender or its business account is locked by Meta: an administrator has to contact Twilio."),
	),
	"63052": Error(
		Reason.CONTENT, _lt("This text matches a template: send it as a template."), may_be_repeated=False
	),
}
# What these codes mean for a template message, which must not be repeated.
TEMPLATE_ERRORS = {
	# For a freeform message: it was outside the window. https://www.twilio.com/docs/api/errors/63016
	"63016": _lt(
		"WhatsApp did not take this template: it is not approved any more, or is of a kind that cannot begin a chat. The templates are being synced: then choose another one."
	),
	# For a freeform message: its file or its text. https://www.twilio.com/docs/api/errors/63021
	"63021": _lt(
		"The template or its filled text is not valid for WhatsApp: shorten the variables or choose another template."
	),
}
UNKNOWN_CODE = _lt(
	"Twilio reported error {0}: look it up at twilio.com/docs/api/errors, or send the message again."
)


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
