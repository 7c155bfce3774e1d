"""What Twilio's error codes mean to an agent: one table, code by code.

Sources: https://www.twilio.com/docs/api/errors and the codes' own pages.
"""

from ..chat.delivery import NO_ANSWER, NOT_LISTED, OPTED_OUT, WINDOW_CLOSED
from ..chat.words import Sentence, _lt

_CREDENTIALS = _lt(
	"Twilio refused this site's credentials: an administrator has to correct them in WA Window Settings."
)
_NUMBER = _lt("Twilio refused the customer's number: check it on the lead.")
_SENDER = _lt(
	"This business number cannot send WhatsApp messages: an administrator has to check the senders."
)
_TOO_FAST = _lt("Too many messages at once: WhatsApp will take this one later, send it again then.")
_TEMPLATE = _lt(
	"WhatsApp does not accept this template as it is: choose another one, or have it corrected at Twilio."
)
_MEDIA = _lt("WhatsApp could not take the attached file: send a smaller one or another type.")
_PROVIDER = _lt("WhatsApp had a fault of its own: send the message again.")
_CONTENT = _lt("WhatsApp did not accept this content: change the text, then send it again.")
_OUTSIDE = _lt("The 24-hour window was closed: send an approved template instead.")
_OPTED_OUT = _lt(
	"This customer has opted out or blocked this number: nothing can be sent until they write again."
)

SENTENCES = {
	WINDOW_CLOSED: _lt(
		"The 24-hour window closed before this message was sent: send an approved template instead."
	),
	OPTED_OUT: _lt("The customer opted out before this message was sent."),
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
	"21620": _MEDIA,
	"21623": _MEDIA,
	"21654": _TEMPLATE,
	"21655": _lt("Twilio does not know this template any more: sync the templates, then choose another one."),
	"21656": _lt("Twilio refused the values of the template's variables: change them, then send it again."),
	"21910": _SENDER,
	"63003": _lt("The customer's number is not on WhatsApp: check it on the lead, or call."),
	"63005": _CONTENT,
	"63007": _SENDER,
	"63010": _PROVIDER,
	"63012": _PROVIDER,
	"63013": _lt(
		"WhatsApp's policy does not allow this content: change the text or the variables, then send it again."
	),
	"63014": _OPTED_OUT,
	"63015": _lt("The customer has not joined the Twilio sandbox: ask them to send the join code first."),
	"63016": _OUTSIDE,
	"63017": _TOO_FAST,
	"63018": _TOO_FAST,
	"63019": _MEDIA,
	"63021": _lt(
		"The template or its filled text is not valid for WhatsApp: shorten the variables or choose another template."
	),
	"63024": _lt("WhatsApp cannot deliver to this customer: check the number on the lead."),
	"63027": _TEMPLATE,
	"63028": _TEMPLATE,
	"63029": _TEMPLATE,
	"63030": _TEMPLATE,
	"63031": _lt("The customer's number is one of your own senders: check it on the lead."),
	"63032": _lt(
		"Meta keeps this customer in an experiment in which such messages are not delivered: wait until they write."
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
UNKNOWN_CODE = _lt(
	"Twilio reported error {0}: look it up at twilio.com/docs/api/errors, or send the message again."
)


def explain(error_code: str) -> Sentence:
	"""What happened and what to do, for an error code of Twilio's or of ours; a general sentence for a new one."""
	sentence = SENTENCES.get(error_code)
	return Sentence(sentence) if sentence else Sentence(UNKNOWN_CODE, (error_code,))
