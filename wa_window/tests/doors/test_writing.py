"""No user can change, delete, rename, share or assign without permission, by any of Frappe's methods."""

import json

import frappe

from wa_window.tests.site_case import of_this_run

from .tables import DOCTYPES
from .world import NOBODY, SETTINGS, Request, World, email_of
from .writes import VERBS

# Columns in which Frappe records who has seen, liked or commented on a document.
NOTES = ("modified", "modified_by", "_liked_by", "_comments", "_assign", "_user_tags", "_seen")
# Users with different write permissions.
DIFFERENT = ("website", "roleless", "agent", "reader", "limited", "manager", "admin")
# Where no user may, the users with the most permissions try.
STRONGEST = ("agent", "manager", "admin")
# These answer 200 with the errors in the body, or with nothing to do.
LENIENT = (
	"client.bulk_update",
	"bulk edit",
	"update_document_title",
	"reportview.delete_items",
	"bulk_rename",
	"crm.delete_bulk_docs",
)


class TestWriting(World):
	def test_who_may_not_is_refused_by_every_way(self):
		wrong = []
		for verb, (rows, ways) in VERBS.items():
			for doctype, values, permitted in rows:
				door = f"{verb} {doctype} {' '.join(values)}"
				before = self.everything()
				accepted, amiss = self.tried(door, ways, doctype, values, permitted)
				self.here()
				changed = _difference(before, self.everything())
				if changed:
					amiss.append(f"{door} {changed}; answered: {accepted}")
				elif not set(accepted) <= set(LENIENT):
					amiss.append(f"{door} is accepted: {accepted}")
				wrong += amiss
		self.assertFalse(wrong, "\n" + "\n".join(wrong))

	def tried(
		self, door: str, ways: dict, doctype: str, values: dict, permitted: dict
	) -> tuple[dict, list[str]]:
		"""Users without permission try each way to write; returns the ways that were answered as permitted, and the
		disclosed things."""
		accepted, wrong = {}, []
		users = STRONGEST if permitted is NOBODY else DIFFERENT
		for way, request in ways.items():
			for user in users if self.there_is(request) else ():
				letter = next((each for each in DOCTYPES[doctype].of if each not in permitted[user]), "")
				if not letter:
					continue
				thing = self.things[letter]
				answer = self.ask(user, self.written(request, doctype, values, thing), thing)
				if disclosed := self.disclosed(user, answer):
					wrong.append(f"{door} by {way} tells {user} of {disclosed} ({answer.status_code})")
				if answer.status_code < 400:
					accepted.setdefault(way, []).append(user)
		return accepted, wrong

	def written(self, request: Request, doctype: str, values: dict, thing) -> Request:
		"""The request with its placeholders filled."""
		kind, name = DOCTYPES[doctype], thing.records[doctype]
		own = Request("", "", values).filled(self.values_of(thing)).arguments
		new = {"doctype": doctype, **own}
		stored = frappe.parse_json(self.documents[name]) | own
		bulk = [{"doctype": doctype, "docname": name, **own}]
		meant = {
			"<values>": own,
			"<values as text>": json.dumps(own),
			"<new>": new,
			"<new as text>": json.dumps(new | {"__islocal": 1, "name": "new-1"}),
			"<document>": stored,
			"<document as text>": json.dumps(stored),
			"<document as bulk>": json.dumps(bulk),
		}
		arguments = dict(request.arguments)
		if "<values>" in arguments:
			arguments = {key: value for key, value in arguments.items() if key != "<values>"} | own
		arguments = {key: _in_place(value, meant) for key, value in arguments.items()}
		words = self.words_of(doctype, kind, thing) | {"stranger": email_of("stranger")}
		return Request(request.verb, request.path, arguments).filled(words)

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.documents = {
			name: frappe.get_doc(doctype, name).as_json()
			for thing in cls.things.values()
			for doctype, name in thing.records.items()
		}

	def everything(self) -> dict[str, dict]:
		"""All rows of the app that the tests have created, and their shares."""
		rows = {("Settings", SETTINGS): frappe.db.get_singles_dict(SETTINGS)}
		for doctype, kind in DOCTYPES.items():
			if not kind.single:
				for row in frappe.get_all(doctype, of_this_run(), ["*"]):
					rows[doctype, row.name] = {key: row[key] for key in row if key not in NOTES}
		shared = {"share_doctype": ("in", list(DOCTYPES))}
		for row in frappe.get_all("DocShare", shared, ["name", "share_doctype", "share_name", "user"]):
			rows["DocShare", row.name] = row
		return rows


def _in_place(value, meant: dict):
	if isinstance(value, list):
		return [_in_place(each, meant) for each in value]
	return meant.get(value, value) if isinstance(value, str) else value


def _difference(before: dict, after: dict) -> str:
	gone, come = before.keys() - after.keys(), after.keys() - before.keys()
	changed = [key for key in before.keys() & after.keys() if before[key] != after[key]]
	said = [("removes", gone), ("adds", come), ("changes", changed)]
	return ", ".join(f"{word} {len(keys)} {sorted({key[0] for key in keys})}" for word, keys in said if keys)
