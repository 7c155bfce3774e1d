"""The users, the things, and who may know what: the table against which each door is checked."""

import json
import secrets
from contextlib import redirect_stdout
from dataclasses import dataclass, field, replace
from io import StringIO
from typing import ClassVar
from urllib.parse import quote, urlencode

import frappe
from frappe.desk.doctype.tag.tag import DocTags
from frappe.permissions import setup_custom_perms
from frappe.utils import add_to_date, get_test_client, now_datetime

from wa_window.chat.ports.files import FetchedFile
from wa_window.chat.template_batch import Batch, Row, Value
from wa_window.frappe_host.files.attachments import FrappeFiles
from wa_window.tests.site_case import (
	BUSINESS,
	OTHER_BUSINESS,
	SiteCase,
	fill_in_settings,
	make_user,
	reconnect,
)

# Things: A and B are chats of the leads a and b, N is a chat without a lead, T a template, S the settings,
# E an erased message, O an erased customer's opt-out, R what a user has read; Q is the agent's own quick reply, G one of the agent's
# for a team that the reader is in too, P one for everybody, D a template that is being written; C is a template to many of the
# manager's, X and Y its recipients a and b.
THINGS = "ABNabTSEORQGPDCXY"
# The things that each user may know, by any door; other letters must never be in an answer.
KNOWS = {
	"guest": "",
	"website": "",
	"stranger": "",  # a System User who has nothing to do with leads
	"roleless": "ab",  # works on leads, has no role of ours
	"agent": "AaTQGP",  # limited by User Permission to a
	"other": "BbTP",  # limited to b
	"reader": "AaTGP",  # may not write a
	"owner": "BbTP",  # sees only leads of their own
	"manager": "ABNabTSEQGPDCXY",
	"limited": "ANaTSEQGPDCX",  # a manager limited to a
	"admin": "abS",  # System Manager, without a role of ours
}
# The customers to whom each user may write.
SENDS = dict.fromkeys(KNOWS, "") | {
	"agent": "A",
	"other": "B",
	"owner": "B",
	"manager": "ABN",
	"limited": "AN",
}
MANAGES = dict.fromkeys(KNOWS, "") | {"manager": "ABN", "limited": "AN"}
NOBODY = dict.fromkeys(KNOWS, "")
TO_MANY = NOBODY | {"manager": "C", "limited": "C"}

SALES, READER, OWNER = "WA Doors Sales", "WA Doors Reader", "WA Doors Owner"
NOTHING, VISITOR = "WA Doors Nothing", "WA Doors Visitor"
AGENT, MANAGER = "WA Window Agent", "WA Window Manager"
ROLES_OF = {
	"website": (VISITOR,),
	"stranger": (NOTHING,),
	"roleless": (SALES,),
	"agent": (AGENT, SALES),
	"other": (AGENT, SALES),
	"reader": (AGENT, READER),
	"owner": (AGENT, OWNER),
	"manager": (MANAGER,),
	"limited": (MANAGER,),
	"admin": ("System Manager", SALES),
}
LIMITED_TO = {"agent": "a", "reader": "a", "limited": "a", "other": "b"}
ON_LEADS = {
	SALES: {"read": 1, "write": 1, "create": 1, "delete": 1, "report": 1, "print": 1, "email": 1, "share": 1},
	READER: {"read": 1, "report": 1, "print": 1},
	OWNER: {"read": 1, "write": 1, "create": 1, "if_owner": 1},
}
TAG = "wa-doors"

CONVERSATION, MESSAGE, MEDIA, LEAD = "Chat Conversation", "Chat Message", "Chat Message Media", "Chat Lead"
TEMPLATE, VARIABLE, ERASED = "Content Template", "Content Template Variable", "Erased Message"
SETTINGS, SENDER, OPT_OUT = "WA Window Settings", "WA Window Sender", "Erased Opt Out"
READ_STATE = "Chat Read State"
CHAT_RECORD = "Chat Record"
RECORD_CONVERSION = "Record Conversion"
QUICK_REPLY = "Chat Quick Reply"
DRAFT, DRAFT_BUTTON = "Content Template Draft", "Content Template Button"
DRAFT_SAMPLE = "Content Template Sample"
BATCH, BATCH_ROW = "Template Batch", "Template Batch Row"
TEAM_OF_AGENT = "WA Doors Team"


def email_of(user: str) -> str:
	return "Guest" if user == "guest" else f"wa-doors-{user}@example.com"


@dataclass
class Thing:
	"""Something with restricted access. `secret` is in each of its texts; `records` are its names, by DocType."""

	letter: str
	secret: str = field(default_factory=lambda: "q" + secrets.token_hex(8))
	records: dict[str, str] = field(default_factory=dict)
	phone: str = ""
	file_url: str = ""
	file: str = ""
	failed: str = ""


@dataclass(frozen=True)
class Request:
	"""One HTTP request. `<word>` in its path and arguments is a placeholder for a value of the thing."""

	verb: str
	path: str
	arguments: dict

	def filled(self, values: dict[str, str]) -> "Request":
		return Request(self.verb, _fill(self.path, values, quote), _fill(self.arguments, values))


def get(path: str, **arguments) -> Request:
	return Request("GET", _path(path), arguments)


def post(path: str, **arguments) -> Request:
	return Request("POST", _path(path), arguments)


def put(path: str, **arguments) -> Request:
	return Request("PUT", _path(path), arguments)


def delete(path: str, **arguments) -> Request:
	return Request("DELETE", _path(path), arguments)


def method_of(request: Request) -> str:
	"""The whitelisted method that a request calls; empty for none."""
	return request.path.removeprefix("/api/method/") if request.path.startswith("/api/method/") else ""


class World(SiteCase):
	"""The things and the users of the tables."""

	people: ClassVar = {email_of(user): roles[0] for user, roles in ROLES_OF.items()}
	headers: ClassVar[dict[str, dict]]

	@classmethod
	def make_people(cls):
		cls.headers = {"guest": {}}
		for role in (*ON_LEADS, NOTHING, VISITOR):
			_make_role(role, desk_access=role != VISITOR)
		_let_roles_see_leads()
		for user, roles in ROLES_OF.items():
			keys = {"api_key": secrets.token_hex(8), "api_secret": secrets.token_hex(8)}
			make_user(email_of(user), roles[0], roles=[{"role": role} for role in roles[1:]], **keys)
			cls.headers[user] = {"Authorization": f"token {keys['api_key']}:{keys['api_secret']}"}

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		if "custom" in frappe.flags.get("wa_doors_skip", ""):
			cls.tearDownClass()
			raise cls.skipTest(cls, "the permissions of Chat Lead were changed on this site")
		cls.client = get_test_client(use_cookies=False)
		builder = cls()
		builder.setUp()
		cls.things = {letter: Thing(letter) for letter in THINGS}
		builder.fill()
		frappe.db.commit()
		cls.site_name, cls.connected, cls.apps = frappe.local.site, True, frappe.get_installed_apps()

	# Creation

	def fill(self) -> None:
		things = self.things
		senders = [
			{"address": BUSINESS, "label": "Sales ID", "is_default": 1},
			{"address": OTHER_BUSINESS, "label": "Support"},
		]
		fill_in_settings(create_leads=0, senders=senders)
		sender = frappe.get_doc(SETTINGS).senders[1]
		# Every agent sees the senders' labels.
		sender.db_set("messaging_service_sid", things["S"].secret)
		frappe.clear_document_cache(SETTINGS, SETTINGS)
		things["S"].records = {SETTINGS: SETTINGS, SENDER: sender.name}
		things["A"].phone = things["a"].phone = self.phone()
		things["B"].phone = things["b"].phone = self.phone()
		things["N"].phone = self.phone()
		for letter in "ab":
			self._lead(things[letter])
		frappe.db.set_value(LEAD, things["b"].records[LEAD], "owner", email_of("owner"))
		for letter in "ABN":
			self._chat(things[letter])
		for user, letter in LIMITED_TO.items():
			values = {"user": email_of(user), "allow": LEAD, "for_value": things[letter].records[LEAD]}
			frappe.get_doc({"doctype": "User Permission", **values}).insert()
		self._template(things["T"])
		self._quick_replies()
		self._draft(things["D"])
		self._batch()
		sid = "SM" + secrets.token_hex(16)
		things["E"].secret, things["E"].records = sid, {ERASED: sid}
		frappe.get_doc({"doctype": ERASED, "name": sid, "message_sid": sid}).db_insert()
		things["O"].records = {OPT_OUT: things["O"].secret}
		frappe.get_doc({"doctype": OPT_OUT, "name": things["O"].secret, "opted_out": 1}).db_insert()
		kinds = (READ_STATE, CHAT_RECORD, RECORD_CONVERSION)
		things["R"].records = {kind: secrets.token_hex(10) for kind in kinds}
		seen = {"user": things["R"].secret, "conversation": "none", "seen_until_ms": 1}
		frappe.get_doc({"doctype": READ_STATE, "name": things["R"].records[READ_STATE], **seen}).db_insert()
		of_chat = {"conversation": "none", "record_doctype": LEAD, "record": things["R"].secret}
		named = {"name": things["R"].records[CHAT_RECORD], **of_chat}
		frappe.get_doc({"doctype": CHAT_RECORD, **named}).db_insert()
		pair = {"from_doctype": LEAD, "from_record": "none", "record_doctype": LEAD}
		named = {"name": things["R"].records[RECORD_CONVERSION], "record": things["R"].secret}
		frappe.get_doc({"doctype": RECORD_CONVERSION, **pair, **named}).db_insert()

	def _batch(self) -> None:
		batch = self.things["C"]
		owner, values = email_of("manager"), {"1": Value("lead_name")}
		added = Batch("HX1", BUSINESS, owner, template_name=batch.secret, status="Draft", values=values)
		batch.records = {BATCH: self.store.add_batch(added).name}
		frappe.db.set_value(BATCH, batch.records[BATCH], "owner", owner, update_modified=False)
		for position, (letter, of) in enumerate((("X", "A"), ("Y", "B"))):
			thing, chat = self.things[letter], self.things[of]
			record, conversation = self.things[of.lower()].records[LEAD], chat.records[CONVERSATION]
			row = Row(batch.records[BATCH], position, LEAD, record, thing.secret, conversation)
			self.store.add_rows([replace(row, body=f"Halo {thing.secret}", phone=chat.phone)])
			named = {"batch": batch.records[BATCH], "position": position}
			thing.records = {BATCH_ROW: frappe.db.get_value(BATCH_ROW, named)}

	def _lead(self, thing: Thing) -> None:
		doc = self.lead(thing.phone, lead_name="Prospek")
		doc.lead_name = f"Prospek {thing.secret}"
		doc.save(ignore_permissions=True)  # which creates a Version
		thing.records[LEAD] = doc.name

	def _chat(self, thing: Thing) -> None:
		words = {"Body": f"Kode {thing.secret}", "ProfileName": f"Profil {thing.secret}"}
		chat = self.written_by(thing.phone, **words)
		lead = self.things[thing.letter.lower()].records.get(LEAD) if thing.letter != "N" else None
		link = {"lead_doctype": LEAD, "lead": lead, "lead_title": "Prospek"} if lead else {}
		self.store.change_conversation(chat.name, **link)
		frappe.db.commit()
		(message,) = self.messages(chat.name)
		frappe.db.set_value(MESSAGE, message.name, "follow_up", "done", update_modified=False)
		thing.records |= {CONVERSATION: chat.name, MESSAGE: message.name}
		a_month_ago = add_to_date(now_datetime(), days=-40)  # for charts by month
		frappe.db.set_value(MESSAGE, message.name, "sent_at", a_month_ago, update_modified=False)
		self._file(thing)
		self._failed_message(thing)
		for doctype in (CONVERSATION, MESSAGE):
			name = thing.records[doctype]
			DocTags(doctype).add(name, TAG)
			frappe.get_doc(doctype, name).add_comment("Comment", f"Catatan {thing.secret}")
			todo = {"reference_type": doctype, "reference_name": name, "allocated_to": email_of("other")}
			frappe.get_doc({"doctype": "ToDo", "name": secrets.token_hex(5), **todo}).db_insert()
		bell = {
			"for_user": email_of("manager"),
			"type": "Alert",
			"subject": f"{thing.secret} wrote on WhatsApp",
		}
		frappe.get_doc({"doctype": "Notification Log", "name": secrets.token_hex(5), **bell}).db_insert()

	def _file(self, thing: Thing) -> None:
		message, file_name = thing.records[MESSAGE], f"{thing.secret}.csv"
		written = FrappeFiles().write(file_name, FetchedFile("text/csv", f"isi;{thing.secret}\n".encode()))
		FrappeFiles().assign(self.store.message(message), file_name, written)
		thing.file, thing.file_url = frappe.db.get_value("File", {"file_url": written.file}), written.file
		row = {"parent": message, "parenttype": MESSAGE, "parentfield": "media", "idx": 1}
		row |= {"type": "text/csv", "state": "stored", "file": written.file, "filename": file_name}
		doc = frappe.get_doc({"doctype": MEDIA, "name": secrets.token_hex(10), **row})
		doc.db_insert()
		thing.records[MEDIA] = doc.name

	def _failed_message(self, thing: Thing) -> None:
		values = {"conversation": thing.records[CONVERSATION], "direction": "Outbound", "kind": "text"}
		values |= {"body": f"Gagal {thing.secret}", "delivery_status": "failed", "sent_at_ms": self.now_ms}
		values |= {"sent_at": now_datetime(), "sent_at_source": "record", "follow_up": "done"}
		values["client_key"] = secrets.token_hex(10)
		doc = frappe.get_doc({"doctype": MESSAGE, "name": secrets.token_hex(10), **values})
		doc.db_insert()
		thing.failed = doc.name

	def _template(self, thing: Thing) -> None:
		sid = "HX" + secrets.token_hex(16)
		variables = [{"variable": "1", "sample": thing.secret, "lead_field": "lead_name"}]
		self.template(sid, friendly_name=thing.secret, body="Halo {{1}}", variables=variables)
		doc = frappe.get_doc(TEMPLATE, sid)
		thing.records = {TEMPLATE: sid, VARIABLE: doc.variables[0].name}

	def _draft(self, thing: Thing) -> None:
		values = {
			"template_name": thing.secret,
			"language": "id",
			"category": "UTILITY",
			"body": "Halo {{1}}",
		}
		samples, buttons = [{"variable": "1", "sample": thing.secret}], [{"title": thing.secret}]
		doc = frappe.get_doc({"doctype": DRAFT, **values, "samples": samples, "buttons": buttons}).insert()
		rows = {DRAFT_BUTTON: doc.buttons[0].name, DRAFT_SAMPLE: doc.samples[0].name}
		thing.records = {DRAFT: doc.name, **rows}

	def _quick_replies(self) -> None:
		members = [{"user": email_of(user)} for user in ("agent", "reader")]
		if not frappe.db.exists("User Group", TEAM_OF_AGENT):
			group = {"doctype": "User Group", "name": TEAM_OF_AGENT, "__newname": TEAM_OF_AGENT}
			frappe.get_doc({**group, "user_group_members": members}).insert()
		for letter, visible_to, owner in (
			("Q", "Only Me", "agent"),
			("G", "Team", "agent"),
			("P", "Everybody", "manager"),
		):
			thing = self.things[letter]
			values = {"title": thing.secret, "text": f"Balasan {thing.secret}", "visible_to": visible_to}
			values |= {"team": TEAM_OF_AGENT if letter == "G" else None}
			doc = frappe.get_doc({"doctype": QUICK_REPLY, **values}).insert()
			frappe.db.set_value(QUICK_REPLY, doc.name, "owner", email_of(owner))
			thing.records = {QUICK_REPLY: doc.name}
			attached = {"attached_to_doctype": QUICK_REPLY, "attached_to_name": doc.name}
			content = f"harga;{thing.secret}\n"
			file = {
				"doctype": "File",
				"file_name": f"{thing.secret}.csv",
				"content": content,
				"is_private": 1,
			}
			doc = frappe.get_doc({**file, **attached}).insert()
			thing.file, thing.file_url = doc.name, doc.file_url

	# Requests

	def there_is(self, request: Request) -> bool:
		"""Whether the app of a method is installed."""
		app = method_of(request).split(".")[0]
		return "." not in method_of(request) or app in self.apps

	def words_of(self, doctype: str, kind, thing: Thing | None = None) -> dict[str, str]:
		"""The placeholder values of a request for a DocType, or for its record of a thing."""
		words = {"doctype": doctype, "field": kind.identified_by, "parent": kind.parent}
		return words | ({"name": thing.records[doctype]} if thing else {})

	def ask(self, user: str, request: Request, thing: Thing | None = None, **values):
		"""One request as one user; the test's own connection is closed until `here` is called. `asked` and `said` are the
		texts of request and answer."""
		request = request.filled(self.values_of(thing) | values)
		if type(self).connected:
			frappe.db.commit()
			frappe.db.close()
			type(self).connected = False
		headers = {
			"Host": self.site_name,
			"X-Frappe-Site-Name": self.site_name,
			"Accept": "application/json",
		} | self.headers[user]
		path, body = request.path, request.arguments
		if request.verb == "GET":
			path, body = f"{path}?{_query(body)}", None
		asked = {"method": request.verb, "json": body, "headers": headers}
		# Frappe prints each permission error.
		with redirect_stdout(StringIO()), self.client.open(path, **asked) as response:
			response.said = response.get_data().decode(errors="replace")
		response.asked = f"{path} {json.dumps(request.arguments)}"
		return response

	def here(self) -> None:
		"""Open the test's own connection again after requests."""
		if not type(self).connected:
			reconnect(self.site_name, "Administrator")
			type(self).connected = True

	def tearDown(self):
		self.here()
		super().tearDown()

	@classmethod
	def tearDownClass(cls):
		if not getattr(cls, "connected", True):
			reconnect(cls.site_name, "Administrator")
		super().tearDownClass()
		frappe.clear_cache()

	def values_of(self, thing: Thing | None) -> dict[str, str]:
		"""The placeholder values of a request."""
		if thing is None:
			return {}
		lead = self.things.get(thing.letter.lower(), thing).records.get(LEAD, "none")
		own = {"secret": thing.secret, "file": thing.file, "file_url": thing.file_url, "failed": thing.failed}
		names = {doctype.removeprefix("Chat ").lower(): name for doctype, name in thing.records.items()}
		return {"phone": thing.phone, "lead": lead, "lead a": self.things["a"].records[LEAD]} | own | names

	def found_in(self, text: str, *, names: bool = False) -> str:
		"""The letters of the things that a text contains: by their secrets, and for lists by their names."""
		return "".join(thing.letter for thing in self.things.values() if _contains(text, thing, names))

	def disclosed(self, user: str, answer, *, names: bool = False) -> str:
		"""The letters of the things that an answer discloses to a user who may not know them, except those that the request
		itself contains."""
		return "".join(
			letter
			for letter in self.found_in(answer.said, names=names)
			if letter not in KNOWS[user] and self.things[letter].secret not in answer.asked
		)


def _contains(text: str, thing: Thing, names: bool) -> bool:
	own = [name for name in (*thing.records.values(), thing.failed) if name and name != SETTINGS]
	return thing.secret in text or (names and any(name in text for name in own))


def _query(arguments: dict) -> str:
	return urlencode(
		{key: value if isinstance(value, str) else json.dumps(value) for key, value in arguments.items()}
	)


def _path(path: str) -> str:
	return path if path.startswith(("/", "<")) else f"/api/method/{path}"


def _fill(value, values: dict[str, str], quoted=str):
	if isinstance(value, dict):
		return {_fill(key, values): _fill(each, values) for key, each in value.items()}
	if isinstance(value, list):
		return [_fill(each, values) for each in value]
	if isinstance(value, str):
		for word, meant in values.items():
			value = value.replace(f"<{word}>", quoted(meant))
	return value


def _make_role(name: str, *, desk_access: bool) -> None:
	if not frappe.db.exists("Role", name):
		frappe.get_doc({"doctype": "Role", "role_name": name, "desk_access": int(desk_access)}).insert()


def _let_roles_see_leads() -> None:
	"""As with a CRM: the agent's role has no permission on leads, other roles have."""
	frappe.flags.wa_doors_skip = "custom" if frappe.db.exists("Custom DocPerm", {"parent": LEAD}) else ""
	if frappe.flags.wa_doors_skip:
		return
	setup_custom_perms(LEAD)
	frappe.db.delete("Custom DocPerm", {"parent": LEAD, "role": AGENT})
	for role, rights in ON_LEADS.items():
		row = {"parent": LEAD, "parenttype": "DocType", "parentfield": "permissions", "role": role}
		frappe.get_doc({"doctype": "Custom DocPerm", **row, **rights}).insert()
	frappe.clear_cache(doctype=LEAD)


__all__ = [
	"KNOWS",
	"MANAGES",
	"NOBODY",
	"SENDS",
	"THINGS",
	"Request",
	"Thing",
	"World",
	"delete",
	"email_of",
	"get",
	"method_of",
	"post",
	"put",
]
