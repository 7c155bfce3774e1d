"""What Twilio's error codes mean to an agent: one table, code by code.

Sources: the codes' own pages, such as https://www.twilio.com/docs/api/errors/63049, all of them also in
https://www.twilio.com/docs/api/errors/twilio-error-codes.json, and for those whose page says little the WhatsApp error that
stands behind them: https://www.twilio.com/docs/whatsapp/api/error-code-mapping
"""

from ..chat.delivery import CUSTOMER_BLOCKED, NO_ANSWER, NOT_LISTED, OPTED_OUT, OUTSIDE_WINDOW, WINDOW_CLOSED
from ..chat.message import Message
from ..chat.ports import Explanation
from ..chat.words import Sentence, _lt

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

SENTENCES = {
	WINDOW_CLOSED: _lt(
		"The 24-hour window closed before this message was sent: send an approved template instead."
	),
	OPTED_OUT: _lt("The customer opted out before this message was sent."),
	CUSTOMER_BLOCKED: _lt("The customer blocked this number before this message was sent."),
	NO_ANSWER: _lt(
		"Twilio gave no answer, so it is not known whether this was sent. It is being looked up; after half an hour you may send it again."
	),
	NOT_LISTED: _lt(
		"Not confirmed: Twilio gave no answer, and its list does not show this message. Send it again?"
	),
	"no_connection": _lt("Twilio could not be reached for a long time: send the message again."),
	"20003": _CREDENTIALS,
	"20404": _CREDENTIALS,
	"20429": _TOO_FAST,
	"21211": _NUMBER,
	"21408": _lt(
		"This Twilio account may not send to the customer's country: an administrator has to allow it at Twilio."
	),
	"21603": _SENDER,
	"21604": _NUMBER,
	"21609": _lt(
		"Twilio refused this site's status callback URL: an administrator has to check Public URL in WA Window Settings."
	),
	"21610": _OPTED_OUT,
	"21611": _TOO_FAST,
	"21617": _lt("The message is too long for WhatsApp: shorten it to 1600 characters."),
	"21620": _lt(
		"Twilio refused this site's address for the attached file: an administrator has to check Public URL in WA Window Settings."
	),
	"21623": _MEDIA,
	"21654": _TEMPLATE,
	"21655": _lt(
		"Twilio does not know this template any more. The templates are being synced: then choose another one."
	),
	"21656": _lt("Twilio refused the values of the template's variables: change them, then send it again."),
	"21910": _SENDER,
	"63001": _BUSINESS_ACCOUNT,
	"63003": _lt("The customer's number is not on WhatsApp: check it on the lead, or call."),
	"63005": _lt(
		"WhatsApp did not accept this message: check the number on the lead and the attached file, or change the text, then send it again."
	),
	"63007": _SENDER,
	"63010": _PROVIDER,
	"63012": _PROVIDER,
	"63013": _lt(
		"WhatsApp's policy does not allow this content: change the text, the variables or the file, then send it again."
	),
	"63014": _BLOCKED,
	"63015": _lt("The customer has not joined the Twilio sandbox: ask them to send the join code first."),
	"63016": _OUTSIDE,
	"63017": _TOO_FAST,
	# Also where a sender may begin no more chats for now: https://www.twilio.com/docs/api/errors/63018
	"63018": _lt(
		"This business number has reached a limit of WhatsApp's: send the message again later. To begin a chat it may take 24 hours."
	),
	# Twilio could not fetch it from us, or got nothing: https://www.twilio.com/docs/api/errors/63019
	"63019": _lt(
		"Twilio could not load the attached file from this site: send it again, or as another type. If that fails too, an administrator has to check Public URL in WA Window Settings."
	),
	"63020": _BUSINESS_ACCOUNT,
	"63021": _lt("WhatsApp does not accept this content: change the text, or send the file as another type."),
	"63022": _BUSINESS_ACCOUNT,
	"63023": _PROVIDER,
	# "Then retry": https://www.twilio.com/docs/api/errors/63024
	"63024": _lt(
		"WhatsApp cannot deliver to this customer: check the number on the lead. If it is right, ask the customer to update WhatsApp and to accept its terms, then send the message again."
	),
	"63025": _PROVIDER,
	"63027": _TEMPLATE,
	"63028": _lt(
		"This template has other variables at Twilio by now. The templates are being synced: then fill it in anew."
	),
	"63029": _lt(
		"The customer's phone could not load this template: send it again later, or send another one."
	),
	"63030": _lt("WhatsApp does not accept this kind of message in this form: send it in another one."),
	"63031": _lt("The customer's number is one of your own senders: check it on the lead."),
	"63032": _lt(
		"Meta keeps this customer in an experiment in which such messages are not delivered: wait until they write."
	),
	# Since 2025 of marketing alone; before it was said of a blocked number: https://www.twilio.com/docs/api/errors/63033
	"63033": _lt(
		"This customer has turned off your marketing messages in WhatsApp: send a template of another category, or wait until they write."
	),
	"63034": _lt("The attached file is too big for WhatsApp: send a smaller one."),
	"63037": _PROVIDER,
	"63038": _lt("The account's daily number of messages is used up: send the message again tomorrow."),
	"63040": _lt("WhatsApp rejected this template: choose another one."),
	"63041": _lt("WhatsApp paused this template because of its quality: choose another one."),
	"63042": _lt("WhatsApp disabled this template: choose another one."),
	"63049": _lt(
		"Meta chose not to deliver this marketing message to the customer: do not send it again now."
	),
	"63051": _lt(
		"The sender or its business account is locked by Meta: an administrator has to contact Twilio."
	),
	"63052": _lt("This text matches a template: send it as a template."),
}
# What these codes mean of a template, of which the very same is never to be sent again.
OF_TEMPLATES = {
	# Of a freeform message: it was outside the window. https://www.twilio.com/docs/api/errors/63016
	OUTSIDE_WINDOW: _lt(
		"WhatsApp did not take this template: it is not approved any more, or is of a kind that cannot begin a chat. The templates are being synced: then choose another one."
	),
	# Of a freeform message: its file or its text. https://www.twilio.com/docs/api/errors/63021
	"63021": _lt(
		"The template or its filled text is not valid for WhatsApp: shorten the variables or choose another template."
	),
}
UNKNOWN_CODE = _lt(
	"Twilio reported error {0}: look it up at twilio.com/docs/api/errors, or send the message again."
)
# The very same message to the very same customer fails again, or must not be repeated.
NOT_TO_BE_REPEATED = {
	OPTED_OUT,
	CUSTOMER_BLOCKED,
	"21211",
	"21604",
	"21610",
	"21617",
	"21623",
	"21654",
	"21655",
	"21656",
	"63003",
	"63005",
	"63013",
	"63014",
	"63021",
	"63027",
	"63028",
	"63030",
	"63031",
	"63032",
	"63033",
	"63034",
	"63040",
	"63041",
	"63042",
	"63049",
	"63052",
}


def explain(message: Message) -> Explanation:
	"""What happened to a message and what to do, by its error code, which is Twilio's or ours; a general sentence for a new one."""
	code = message.error_code
	if message.content_template and code in OF_TEMPLATES:
		return Explanation(Sentence(OF_TEMPLATES[code]), may_be_repeated=False)
	sentence = SENTENCES.get(code)
	told = Sentence(sentence) if sentence else Sentence(UNKNOWN_CODE, (code,))
	return Explanation(told, may_be_repeated=code not in NOT_TO_BE_REPEATED)
