"""Base of the tests on a real site: settings, users, leads, signed webhooks, and cleanup."""

import json
import secrets
import unittest
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from unittest.mock import patch
from urllib.parse import urlencode

import frappe
from frappe.installer import update_site_config
from frappe.utils import get_test_client, now_datetime
from frappe.utils.background_jobs import get_queue
from frappe.utils.password import set_encrypted_password
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from wa_window.frappe_host import settings as site_settings
from wa_window.frappe_host.clock import SystemClock
from wa_window.frappe_host.events import CLAIMS, SHARDS_BEGIN
from wa_window.frappe_host.jobs import post_processing
from wa_window.frappe_host.store.store import FrappeStore

ACCOUNT_SID = "AC" + "7" * 32
AUTH_TOKEN = "an-auth-token-of-a-test"
BUSINESS = "whatsapp:+6281100000001"
OTHER_BUSINESS = "whatsapp:+6281100000002"
PUBLIC_URL = "https://crm.example.com"
TEMPLATE = "HX" + "0" * 31 + "1"
API_BASE = "wa_window_twilio_api_base"
HOUR_MS = 60 * 60 * 1000

OURS = (
	"Chat Message Media",
	"Chat Message",
	"Chat Conversation",
	"Chat Read State",
	"Chat Record",
	"Record Conversion",
	"Erased Message",
	"Erased Opt Out",
	"Content Template",
	"Content Template Variable",
	"Content Template Draft",
	"Content Template Button",
	"Content Template Sample",
	"Chat Quick Reply",
	"Template Batch",
	"Template Batch Row",
)
MADE_BY_CRM = (
	"Contact",
	"Contact Phone",
	"Contact Email",
	"CRM Contacts",
	"Dynamic Link",
	"CRM Notification",
	"DocShare",
	"ToDo",
	"Tag",
	"Tag Link",
)
LEADS = ("Chat Lead", "CRM Lead", "CRM Deal", "Lead", "Opportunity", "Customer")
RIGHTS = ("Custom DocPerm", "User Permission", "Role", "User Group", "User Group Member")
LOGS = ("Error Log", "Deleted Document", "Comment", "Version", "Notification Log")
DELETED = (*OURS, *LEADS, *MADE_BY_CRM, *RIGHTS, *LOGS)
AGENT, MANAGER = "wa-agent@example.com", "wa-manager@example.com"
ADMIN, STRANGER = "wa-admin@example.com", "wa-stranger@example.com"
ROLES = {
	AGENT: "WA Window Agent",
	MANAGER: "WA Window Manager",
	ADMIN: "System Manager",
	STRANGER: "Website Manager",
}


class SiteCase(unittest.TestCase):
	"""A test case that restores the site: documents of a test are deleted, Settings are restored."""

	people = ROLES

	@classmethod
	def setUpClass(cls):
		frappe.set_user("Administrator")
		frappe.db.commit()
		put_back()
		remember(cls.people)
		fill_in_settings()
		cls.make_people()
		frappe.db.commit()

	@classmethod
	def make_people(cls):
		for email, role in cls.people.items():
			make_user(email, role)

	@classmethod
	def tearDownClass(cls):
		frappe.set_user("Administrator")
		frappe.db.rollback()
		put_back()
		forget_jobs()

	def setUp(self):
		frappe.set_user("Administrator")
		self.store = FrappeStore()
		self.now_ms = SystemClock().now_ms()

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	# Users and leads

	def lead(self, phone: str | None = None, **values):
		values = {"doctype": "Chat Lead", "lead_name": "Budi Santoso", "phone": phone, **values}
		doc = frappe.get_doc(values).insert(ignore_permissions=True)
		frappe.db.commit()
		return doc

	def phone(self) -> str:
		"""A phone number that no other test uses."""
		return f"+62812{secrets.randbelow(10**8):08d}"

	# Twilio's side

	def post(self, endpoint: str, form: dict, *, token: str = AUTH_TOKEN, query: str = "", **headers):
		"""Post a form to one of the webhooks as Twilio does, signed with `token`."""
		signature = self.signature(endpoint, form, token=token, query=query)
		headers = {"X-Twilio-Signature": signature, **headers}
		return call("POST", _path(endpoint, query), data=urlencode(form, doseq=True), headers=headers)

	def signature(
		self, endpoint: str, form: dict, *, token: str = AUTH_TOKEN, query: str = "", base: str = PUBLIC_URL
	) -> str:
		return RequestValidator(token).compute_signature(base + _path(endpoint, query), form)

	def inbound_form(self, phone: str, body: str = "Halo, apakah masih ada?", **more) -> dict:
		sid = "SM" + secrets.token_hex(16)
		return {
			"MessageSid": sid,
			"SmsSid": sid,
			"SmsMessageSid": sid,
			"AccountSid": ACCOUNT_SID,
			"From": f"whatsapp:{phone}",
			"To": BUSINESS,
			"Body": body,
			"NumMedia": "0",
			"NumSegments": "1",
			"ProfileName": "Budi",
			"WaId": phone.lstrip("+"),
			"MessageType": "text",
			"SmsStatus": "received",
			"ReferralNumMedia": "0",
			"ApiVersion": "2010-04-01",
			**more,
		}

	def written_by(self, phone: str, *, hours_ago: float = 0, **more):
		"""A customer's message in the chat, received `hours_ago`."""
		response = self.post("inbound", self.inbound_form(phone, **more))
		self.assertEqual(response.status_code, 200, response.text)
		conversation = self.conversation_of(phone)
		if hours_ago:
			self.age(conversation.name, hours_ago)
		return conversation

	def post_process_all(self) -> None:
		"""Run the jobs for received messages."""
		for shard in range(len(SHARDS_BEGIN)):
			post_processing.post_process_messages(shard)

	def conversation_of(self, phone: str):
		frappe.db.rollback()
		name = frappe.db.get_value("Chat Conversation", {"customer_phone": phone})
		return self.store.conversation(name) if name else None

	def age(self, conversation: str, hours: float) -> None:
		at_ms = self.now_ms - int(hours * HOUR_MS)
		self.store.change_conversation(conversation, last_inbound_at_ms=at_ms)
		for message in self.store.messages(conversation, limit=100):
			self.store.change_message(message.name, sent_at_ms=at_ms)
		frappe.db.commit()

	def template(self, content_sid: str = TEMPLATE, **values) -> str:
		doc = frappe.get_doc(
			{
				"doctype": "Content Template",
				"content_sid": content_sid,
				"friendly_name": "follow_up",
				"language": "id",
				"content_type": "twilio/text",
				"body": "Halo {{1}}, apakah masih berminat dengan {{2}}?",
				"approval_status": "approved",
				"usable_outside_window": 1,
				"variables": [
					{"variable": "1", "sample": "Budi", "lead_field": "lead_name"},
					{"variable": "2", "sample": "rumah", "fallback": "penawaran kami"},
				],
				**values,
			}
		)
		if not frappe.db.exists("Content Template", content_sid):
			doc.flags.from_sync = True
			doc.insert(ignore_permissions=True)
			frappe.db.commit()
		return content_sid

	def messages(self, conversation: str) -> list:
		frappe.db.rollback()
		return self.store.messages(conversation, limit=100)


def _path(endpoint: str, query: str) -> str:
	return f"/api/method/wa_window.api.webhook.{endpoint}{query}"


class Panel:
	"""The panel's calls over HTTP, as one user."""

	def __init__(self, user: str):
		self.user = user
		self.headers = _headers(user)

	def get(self, method: str, **arguments):
		query = urlencode({key: value for key, value in arguments.items() if value is not None})
		return call("GET", f"/api/method/wa_window.api.{method}?{query}", headers=self.headers)

	def post(self, method: str, **arguments):
		return call("POST", f"/api/method/wa_window.api.{method}", json=arguments, headers=self.headers)

	def upload(self, name: str, content: bytes):
		form = {
			"method": "wa_window.api.media.upload",
			"is_private": "1",
			"file": FileStorage(BytesIO(content), name),
		}
		boundary, body = encode_multipart(form)
		headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", **self.headers}
		return call("POST", "/api/method/upload_file", data=body, headers=headers)

	def row(self, conversation: str) -> dict:
		"""Of the inbox's list, that of one chat."""
		listed = self.get("inbox.chats", queue="all", conversations=json.dumps([conversation]))
		(row,) = listed.json["message"]["chats"]
		return row

	def resource(self, verb: str, path: str, **values):
		return call(verb, f"/api/resource/{path}", json=values, headers=self.headers)


def call(verb: str, path: str, **request):
	"""One request to the site's real WSGI application; it has its own connection, user and transaction.

	Frappe lets go of the connection that is open before it, and keeps the request's own until the answer is closed: both are closed
	here, as with SQLite each would stay in the way of the others.
	"""
	frappe.db.commit()
	frappe.db.close()
	site, user = frappe.local.site, frappe.session.user
	client = get_test_client()
	headers = {"Host": site, "X-Frappe-Site-Name": site, **request.pop("headers", {})}
	if "data" in request:
		headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
	try:
		with client.open(path, method=verb, headers=headers, **request) as response:
			response.get_data()
			return response
	finally:
		reconnect(site, user)


def sentences(response) -> str:
	"""The sentences of an error answer."""
	messages = json.loads((response.json or {}).get("_server_messages") or "[]")
	return " ".join(json.loads(message)["message"] for message in messages)


def reconnect(site: str, user: str) -> None:
	frappe.init(site=site, sites_path=getattr(frappe.local, "sites_path", "."), force=True)
	frappe.connect()
	say_that_these_are_tests()
	frappe.set_user(user)


def with_own_connection(work: Callable[[], None]) -> Callable[[], None]:
	"""`work` for a thread: it has a connection of its own, as each worker has."""
	site, sites_path = frappe.local.site, frappe.local.sites_path

	def connected() -> None:
		frappe.init(site=site, sites_path=sites_path)
		frappe.connect()
		say_that_these_are_tests()
		frappe.set_user("Administrator")
		try:
			work()
		finally:
			frappe.destroy()

	return connected


def say_that_these_are_tests() -> None:
	"""Set Frappe's test flags, so that jobs run at once: version 15 reads the one, version 16 the other."""
	frappe.flags.in_test = frappe.in_test = True


def _headers(user: str) -> dict:
	"""An API key's authorization: no session, no CSRF token. It is written as User writes it, without its events, which take longer
	than most of the tests."""
	key = frappe.db.get_value("User", user, "api_key") or frappe.generate_hash(length=15)
	secret = frappe.generate_hash(length=15)
	# Without stars in its column, the next save of the user would delete the secret (model/base_document.py, _save_passwords).
	frappe.db.set_value("User", user, {"api_key": key, "api_secret": "*" * len(secret)})
	set_encrypted_password("User", user, secret, "api_secret")
	frappe.db.commit()
	return {"Authorization": f"token {key}:{secret}", "Accept": "application/json"}


def remember(users) -> None:
	"""Store what `put_back` needs in the site's folder: after a killed run the next one restores the site."""
	started = str(now_datetime())
	found = {
		"started": started,
		"made_later": _made_since(started),
		"users": list(users),
		"settings": json.loads(frappe.get_doc(site_settings.SETTINGS).as_json()),
		"tokens": list(site_settings.auth_tokens()),
		"api_base": frappe.conf.get(API_BASE),
	}
	_kept().touch(mode=0o600)
	_kept().write_text(json.dumps(found))


def forget_jobs() -> None:
	"""Delete jobs that a class enqueued and no worker has taken: a worker would begin with them, and version 16 accepts no
	more than 500.

	Their claims are deleted too: else no job is enqueued for the first message after the tests.
	"""
	for name in ("short", "default", "long"):
		for job in get_queue(name).get_jobs():
			if job.kwargs.get("site") == frappe.local.site:
				job.delete()
	frappe.cache.delete_keys(CLAIMS)


def remembered() -> dict:
	return json.loads(_kept().read_text()) if _kept().exists() else {}


def of_this_run() -> dict:
	"""A filter for documents created since `remember`."""
	found = remembered()
	# An empty list would be an error of the database.
	return {"creation": (">=", found["started"]), "name": ("not in", ["", *found["made_later"]])}


def _made_since(started: str) -> list[str]:
	"""Names of documents whose creation is said to be later than now: Frappe installs a site in India's time zone
	(frappe/utils/data.py, get_system_timezone), and its setup wizard may set one to the west of it."""
	later = {"creation": (">=", started)}
	there = [doctype for doctype in ("File", *DELETED) if frappe.db.exists("DocType", doctype)]
	return [name for doctype in there for name in frappe.get_all(doctype, later, pluck="name")]


def put_back() -> None:
	"""Delete the documents created since `remember`, and restore Settings; idempotent."""
	found = remembered()
	if not found:
		return
	for email in found["users"]:
		frappe.delete_doc("User", email, force=True, ignore_missing=True)
	for file in frappe.get_all("File", of_this_run(), pluck="name"):
		frappe.delete_doc("File", file, force=True)
	for doctype in DELETED:
		if frappe.db.exists("DocType", doctype):
			frappe.db.delete(doctype, of_this_run())
	# A test may have changed the `creation` of these.
	frappe.db.delete("Chat Message", {"modified": (">=", found["started"])})
	doc = frappe.get_doc(site_settings.SETTINGS)
	fields = [field.fieldname for field in doc.meta.fields if not field.is_virtual]
	doc.update({field: found["settings"].get(field) for field in fields})
	doc.auth_token, doc.next_auth_token = (*found["tokens"], "", "")[:2]
	doc.save(ignore_permissions=True)
	frappe.clear_document_cache(site_settings.SETTINGS, site_settings.SETTINGS)
	frappe.db.commit()
	if found["api_base"] != frappe.conf.get(API_BASE):
		reach_twilio_at(found["api_base"])
	_kept().unlink()


def reach_twilio_at(url: str | None) -> None:
	"""Set the URL of a simulated Twilio; None for Twilio's own."""
	update_site_config(API_BASE, url or "None")
	frappe.conf[API_BASE] = url


def _kept() -> Path:
	return Path(frappe.get_site_path("private", "wa_window_before_its_tests.json"))


def deal_of(lead) -> str:
	"""Convert a lead of Frappe CRM into a deal, in CRM's own currency: for another one it would fetch a rate from the
	internet (crm_deal.py, update_exchange_rate)."""
	with patch("crm.fcrm.doctype.crm_deal.crm_deal.get_exchange_rate", return_value=1, create=True):
		return lead.convert_to_deal()


def make_user(email: str, role: str, **values) -> None:
	if frappe.db.exists("User", email):
		frappe.delete_doc("User", email, force=True)
	user = frappe.get_doc(
		{
			"doctype": "User",
			"email": email,
			"first_name": email.split("@", maxsplit=1)[0],
			"send_welcome_email": 0,
			**values,
		}
	)
	user.append("roles", {"role": role})
	user.flags.no_welcome_mail = True
	user.insert(ignore_permissions=True)


def fill_in_settings(**values) -> None:
	doc = frappe.get_doc(site_settings.SETTINGS)
	doc.update(
		{
			"account_sid": ACCOUNT_SID,
			"auth_token": AUTH_TOKEN,
			"next_auth_token": "",
			"public_url": PUBLIC_URL,
			"create_leads": 1,
			"lead_doctype": "Chat Lead",
			"default_country": "Indonesia" if frappe.db.exists("Country", "Indonesia") else None,
			"closing_hours": 2,
			"senders": [
				{"address": BUSINESS, "label": "Sales ID", "is_default": 1},
				{"address": OTHER_BUSINESS, "label": "Support"},
			],
			**values,
		}
	)
	doc.save(ignore_permissions=True)
