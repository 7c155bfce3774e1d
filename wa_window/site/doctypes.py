"""The DocTypes of this app, and what becomes of each: whoever adds a DocType adds its row, and a test asks for it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
	"""Which of these concern a DocType: `erased` with its customer, `expires` by retention, `verified` by `wa-window verify`.

	Uninstalling drops them all. `why` says what holds for those that stay.
	"""

	erased: bool = False
	expires: bool = False
	verified: bool = False
	why: str = ""


DOCTYPES = {
	"Chat Conversation": Part(
		erased=True, verified=True, why="retention empties its preview; times stay known"
	),
	"Chat Message": Part(erased=True, expires=True, verified=True),
	"Chat Message Media": Part(erased=True, expires=True, why="goes with its message"),
	"Chat Lead": Part(why="a lead is deleted by whoever may delete leads"),
	"Content Template": Part(why="Twilio's, and of no customer"),
	"Content Template Variable": Part(why="Twilio's, and of no customer"),
	"Erased Message": Part(why="names nobody, and is needed for good: a signed webhook has no date in it"),
	"Erased Opt Out": Part(why="a keyed hash, kept until the customer's next chat begins"),
	"WA Window Settings": Part(why="of no customer"),
	"WA Window Sender": Part(why="of no customer"),
}

OF_CUSTOMERS = [doctype for doctype, part in DOCTYPES.items() if part.erased]
