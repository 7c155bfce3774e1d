"""The DocTypes of this app, and what becomes of each: whoever adds a DocType adds its row, and a test asks for it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DocTypeRole:
	"""Which of these concern a DocType: `erased` with its customer, `expires` by retention, `verified` by `wa-window verify`.

	Uninstalling drops them all. `why` says what holds for those that stay.
	"""

	erased: bool = False
	expires: bool = False
	verified: bool = False
	why: str = ""


DOCTYPES = {
	"Chat Conversation": DocTypeRole(
		erased=True, verified=True, why="retention empties its preview; times stay known"
	),
	"Chat Message": DocTypeRole(erased=True, expires=True, verified=True),
	"Chat Message Media": DocTypeRole(erased=True, expires=True, why="goes with its message"),
	"Chat Lead": DocTypeRole(why="a lead is deleted by whoever may delete leads"),
	"Content Template": DocTypeRole(why="Twilio's, and of no customer"),
	"Content Template Variable": DocTypeRole(why="Twilio's, and of no customer"),
	"Erased Message": DocTypeRole(
		why="names nobody, and is needed for good: a signed webhook has no date in it"
	),
	"Erased Opt Out": DocTypeRole(why="a keyed hash, kept until the customer's next chat begins"),
	"WA Window Settings": DocTypeRole(why="of no customer"),
	"WA Window Sender": DocTypeRole(why="of no customer"),
}

OF_CUSTOMERS = [doctype for doctype, part in DOCTYPES.items() if part.erased]
