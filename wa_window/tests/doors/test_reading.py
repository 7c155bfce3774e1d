"""No door of Frappe's discloses what a user may not know."""

import re

from .tables import (
	ADMINS,
	DOCTYPES,
	EXACT,
	EXACT_OF_ROWS,
	FRAPPES_LISTS,
	GRANTS,
	LISTS,
	ORACLES,
	RECORDS,
	SHOWN,
)
from .world import KNOWS, World, email_of

# Users with different permissions; the doors in EXACT and SHOWN are requested by all.
DIFFERENT = ("website", "roleless", "agent", "limited", "admin")
# The address of a Python object, and the id of a logged error.
NEW_EACH_TIME = r"0x[0-9a-f]+|[0-9a-f]{40,}"
GUESSED = (
	"Chat Message",
	"Chat Conversation",
	"Chat Message Media",
	"Chat Read State",
	"Chat Record",
	"Record Conversion",
	"Chat Quick Reply",
	"Template Batch",
	"Template Batch Row",
)


class TestReading(World):
	def test_a_list_shows_what_its_reader_may_know(self):
		wrong = []
		for doctype, kind in DOCTYPES.items():
			for door, request in LISTS.items():
				if kind.single or not self.there_is(request):
					continue
				for user in KNOWS if door in EXACT else DIFFERENT:
					answer = self.ask(user, request, **self.words_of(doctype, kind))
					must = kind.of if door in (EXACT_OF_ROWS if kind.parent else EXACT) else ""
					wrong += self.wrong(f"{door} of {doctype}", user, answer, must, names=True)
		self.report(wrong)

	def test_frappes_own_lists_show_of_ours_what_their_reader_may_know(self):
		wrong = []
		for door, (_of, request) in FRAPPES_LISTS.items():
			for user in DIFFERENT:
				if not (user == "admin" and door in ADMINS):
					wrong += self.wrong(door, user, self.ask(user, request), "", names=True)
		self.report(wrong)

	def test_a_record_is_shown_to_who_may_know_it(self):
		wrong = []
		for doctype, kind in DOCTYPES.items():
			for door, request in RECORDS.items():
				if not self.there_is(request):
					continue
				for user in KNOWS if door in SHOWN else DIFFERENT:
					letters = self.one_known_and_one_not(user, kind.of)
					for letter in letters if door in SHOWN else letters[-1:]:
						thing = self.things[letter]
						answer = self.ask(user, request, thing, **self.words_of(doctype, kind, thing))
						shown = letter if door in SHOWN and not kind.single else ""
						wrong += self.wrong(f"{door} of {doctype} {letter}", user, answer, shown)
		self.report(wrong)

	def test_a_room_is_entered_by_who_may_know_what_is_in_it(self):
		wrong = []
		for doctype, kind in DOCTYPES.items():
			# No events are published for a child row, and Frappe checks only the role for its room.
			for door, request in GRANTS.items() if not kind.parent else ():
				for user in KNOWS:
					for letter in self.one_known_and_one_not(user, kind.of):
						thing = self.things[letter]
						answer = self.ask(user, request, thing, **self.words_of(doctype, kind, thing))
						if answer.status_code == 200 and letter not in KNOWS[user]:
							wrong.append(f"{door} of {doctype} {letter} lets {user} in")
		self.report(wrong)

	def test_a_guess_is_answered_alike_whether_true_or_false(self):
		wrong = []
		for doctype in GUESSED:
			kind = DOCTYPES[doctype]
			for door, request in ORACLES.items():
				if not self.there_is(request):
					continue
				for user in DIFFERENT:
					letter = next((each for each in kind.of if each not in KNOWS[user]), "")
					if letter and self.tells_a_guess(user, request, doctype, kind, self.things[letter]):
						wrong.append(f"{door} of {doctype} tells {user} a true guess from a false one")
		self.report(wrong)

	# Checks of an answer

	def wrong(self, door: str, user: str, answer, must: str, *, names: bool = False) -> list[str]:
		"""The errors of an answer: things that the user may not know, and things of `must` that are missing."""
		found, disclosed = self.found_in(answer.said, names=names), self.disclosed(user, answer, names=names)
		missing = [letter for letter in must if letter in KNOWS[user] and letter not in found]
		amiss = [f"tells {user} of {disclosed}"] if disclosed else []
		amiss += [f"does not show {''.join(missing)} to {user} ({answer.status_code})"] if missing else []
		return [f"{door} {each}" for each in amiss]

	def tells_a_guess(self, user: str, request, doctype: str, kind, thing) -> bool:
		words = self.words_of(doctype, kind) | {"me": email_of(user)}
		true, false = thing.secret[1:9], thing.secret[9:0:-1]
		answers = [self.ask(user, request, guess=guess, **words) for guess in (true, false)]
		return _without(answers[0], true) != _without(answers[1], false)

	def one_known_and_one_not(self, user: str, of: str) -> list[str]:
		known = [letter for letter in of if letter in KNOWS[user]]
		unknown = [letter for letter in of if letter not in KNOWS[user]]
		return known[:1] + unknown[:1]

	def report(self, wrong: list[str]) -> None:
		self.here()
		self.assertFalse(wrong, "\n" + "\n".join(wrong))


def _without(answer, guess: str) -> tuple:
	"""An answer without the guess, and without the parts that differ in each traceback of Frappe's."""
	return answer.status_code, re.sub(NEW_EACH_TIME, "", answer.said.replace(guess, ""))
