"""The app's own methods answer permitted users only; no method and no DocType of the app is missing from the tables."""

import importlib
import json
import pkgutil
import secrets

import frappe

import wa_window

from .methods import METHODS, THEIR_OWN
from .tables import DOCTYPES, FRAPPES_LISTS, GRANTS, LISTS, ORACLES, RECORDS
from .test_files import ACQUIRE
from .world import CONVERSATION, KNOWS, LEAD, TEMPLATE, Request, World, method_of
from .writes import VERBS


class TestMethods(World):
	def test_who_may_is_answered_by_each_method_and_nobody_else(self):
		wrong = []
		for method in METHODS:
			for user in KNOWS:
				permitted = [letter for letter in method.of if letter in method.permitted[user]]
				may_not = [letter for letter in method.of if letter not in method.permitted[user]]
				for letter, expected in [(each, 200) for each in permitted if method.tried] + [
					(each, 403) for each in may_not
				]:
					answer = self.asked(user, method.request, self.things[letter])
					wrong += self.amiss(f"{_words(method.request)} of {letter}", user, answer, expected)
		self.here()
		self.assertFalse(wrong, "\n" + "\n".join(wrong))

	def test_a_method_for_all_returns_only_ones_own_data(self):
		wrong = []
		for door, (of, request) in THEIR_OWN.items():
			for user in KNOWS:
				answer = self.asked(user, request, None)
				expected = 403 if user == "guest" else answer.status_code
				wrong += self.amiss(door, user, answer, expected, names=True)
				known = [letter for letter in of if letter in KNOWS[user]]
				counts = door.startswith("cards.") and answer.status_code == 200
				if counts and not known and answer.json["message"]["value"]:
					wrong.append(f"{door} counts for {user}")
				if door.startswith(("chat.", "inbox.chats")) and known:
					missing = set(known) - set(self.found_in(answer.said, names=True))
					if missing:
						wrong.append(f"{door} does not tell {user} of {''.join(sorted(missing))}")
		self.here()
		self.assertFalse(wrong, "\n" + "\n".join(wrong))

	def test_every_whitelisted_method_of_the_app_has_a_row(self):
		for module in pkgutil.walk_packages(wa_window.__path__, "wa_window."):
			if not module.name.startswith("wa_window.tests"):
				importlib.import_module(module.name)
		whitelisted = {
			f"{method.__module__}.{method.__qualname__}"
			for method in (*frappe.whitelisted, *frappe.guest_methods)
			if method.__module__.startswith("wa_window.")
		}
		self.assertFalse(whitelisted - self.called())

	def test_every_doctype_of_the_app_has_a_row_for_every_verb(self):
		ours = set(frappe.get_all("DocType", {"module": "WA Window"}, pluck="name"))
		self.assertEqual(ours, set(DOCTYPES))
		children = {doctype for doctype, kind in DOCTYPES.items() if kind.parent}
		for verb, (rows, _ways) in VERBS.items():
			with self.subTest(verb):
				missing = ours - {doctype for doctype, *_ in rows}
				self.assertFalse(missing - (children if verb == "assign" else set()))

	def called(self) -> set[str]:
		"""The methods that the tables call, by their own names and by those of the Frappe methods that they override."""
		own = [method.request for method in METHODS] + [request for _of, request in THEIR_OWN.values()]
		frappes = [each for doors in (LISTS, RECORDS, GRANTS, ORACLES, ACQUIRE) for each in doors.values()]
		frappes += [request for _of, request in FRAPPES_LISTS.values()]
		called = {method_of(request) for request in (*own, *frappes)}
		for method, others in frappe.get_hooks("override_whitelisted_methods").items():
			if method in called:
				called |= set(others)
		return called

	def asked(self, user: str, request: Request, thing):
		values = {
			"new key": secrets.token_hex(10),
			"template of all": self.things["T"].records[TEMPLATE],
			"all chats": json.dumps([self.things[letter].records[CONVERSATION] for letter in "ABN"]),
			"all leads": json.dumps([self.things[letter].records[LEAD] for letter in "ab"]),
		}
		return self.ask(user, request, thing, **values)

	def amiss(self, door: str, user: str, answer, expected: int, *, names: bool = False) -> list[str]:
		wrong = []
		if answer.status_code != expected:
			wrong.append(
				f"{door} answers {user} with {answer.status_code}, not {expected}: {answer.said[:80]}"
			)
		if disclosed := self.disclosed(user, answer, names=names):
			wrong.append(f"{door} tells {user} of {disclosed}")
		return wrong


def _words(request: Request) -> str:
	return method_of(request).removeprefix("wa_window.api.")
