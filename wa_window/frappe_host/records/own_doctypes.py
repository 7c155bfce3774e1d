"""The DocTypes of this app, and how each is deleted. A new DocType needs a row here; a test checks that."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DocTypeRole:
	"""What applies to a DocType: `erased` with its customer, `expires` by retention, `verified` by `wa-window verify`.

	Uninstalling drops them all. `why` gives the reason where a DocType's rows stay.
	"""

	erased: bool = False
	expires: bool = False
	verified: bool = False
	why: str = ""


DOCTYPES = {
	"Chat Conversation": DocTypeRole(
		erased=True, verified=True, why="retention empties its preview; its times stay"
	),
	"Chat Message": DocTypeRole(erased=True, expires=True, verified=True),
	"Chat Message Media": DocTypeRole(erased=True, expires=True, why="goes with its message"),
	"Chat Read State": DocTypeRole(
		erased=True, why="one for each user and chat, without any content: it stays as long as the chat"
	),
	"Chat Record": DocTypeRole(
		erased=True,
		verified=True,
		why="names a record of the chat, without any content: it stays as long as the chat",
	),
	"Record Conversion": DocTypeRole(
		verified=True, why="names two records, and neither a chat nor a customer: it stays as long as they do"
	),
	"Chat Lead": DocTypeRole(why="a lead is deleted by whoever may delete leads"),
	"Chat Quick Reply": DocTypeRole(why="the team's, and of no customer"),
	"Content Template": DocTypeRole(why="Twilio's, and of no customer"),
	"Content Template Variable": DocTypeRole(why="Twilio's, and of no customer"),
	"Content Template Draft": DocTypeRole(why="the managers', and of no customer"),
	"Content Template Button": DocTypeRole(why="goes with its draft"),
	"Content Template Sample": DocTypeRole(why="goes with its draft"),
	"Template Batch": DocTypeRole(
		expires=True, why="of no customer: which template went to how many, and who sent it; drafts for a day"
	),
	"Template Batch Row": DocTypeRole(erased=True, expires=True, verified=True),
	"Erased Message": DocTypeRole(
		why="names nobody, and is needed for good: a signed webhook has no date in it"
	),
	"Erased Opt Out": DocTypeRole(why="a keyed hash, stored until the customer's next chat begins"),
	"WA Window Settings": DocTypeRole(why="of no customer"),
	"WA Window Sender": DocTypeRole(why="of no customer"),
}

OF_CUSTOMERS = [doctype for doctype, part in DOCTYPES.items() if part.erased]
