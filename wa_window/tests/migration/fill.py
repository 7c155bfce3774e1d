"""Fill a site on 0.1.0 with data of some weeks: everything that a new version might lose, send, run twice or lock out.

It runs with the code of 0.1.0, so the app's modules have their names of then. The created documents are recorded under the labels
that the checks use.
"""

import io
import json
import secrets
from pathlib import Path
from urllib.request import Request, urlopen

import frappe
from connection import connected, run, write
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.desk.doctype.tag.tag import add_tag
from frappe.installer import update_site_config
from frappe.permissions import add_permission, update_permission_property
from frappe.share import add as share
from PIL import Image
from wa_window.site.clock import SystemClock
from wa_window.site.leads import SiteLeads, preferred_type
from wa_window.site.rebuild import rebuild_all
from wa_window.site.rows import update
from wa_window.site.settings import SETTINGS
from wa_window.site.store import FrappeStore

from wa_window.chat import status
from wa_window.chat.message import INBOUND, OUTBOUND, PENDING, Conversation, Media, Message
from wa_window.site import announcer, bells, erasing, template_sync

CONVERSATION, MESSAGE = "Chat Conversation", "Chat Message"
PUBLIC_URL = "https://crm.example.com"
HOUR_MS = 60 * 60 * 1000
SALES = "Sales of a Test"
AGENT, MANAGER = "WA Window Agent", "WA Window Manager"
PEOPLE = {
	"agent": (AGENT, SALES),
	"agent of one lead": (AGENT, SALES),
	"manager": (MANAGER, SALES),
	"sender without the role": (SALES,),
	"reader without the role": (SALES,),
	"sender who has left": (SALES,),
	"sender of the website": (),
}
AS_TYPED = '  50% off? "Ya" \\ it\'s <b>fine</b>, {0} 👍🏽\n\n\tSelamat   '


class Filler:
	def __init__(self, twilio: str):
		self.twilio = twilio
		self.now_ms = SystemClock().now_ms()
		self.store = FrappeStore()
		self.state = self._simulated("state")
		self.business = self.state["senders"][0]["address"]
		self.template = self.state["contents"][0]["sid"]
		self.made: dict[str, dict] = {"users": {}, "leads": {}, "conversations": {}, "messages": {}}

	def fill(self, account_sid: str, auth_token: str) -> dict:
		self.settings(account_sid, auth_token)
		self.people()
		self.templates()
		self.conversations()
		self.outbound()
		self.inbound()
		self.files()
		self.traces()
		self.admins_own_changes()
		frappe.db.commit()  # what rebuilds begins with a rollback
		rebuild_all()
		self.without_a_time()
		announcer.wake(announcer.DISPATCH)
		announcer.wake(announcer.FETCH)
		for part in range(len(announcer.PARTS_BEGIN)):
			announcer.wake(announcer.FOLLOW_UP, part=part)
		return self.made

	def settings(self, account_sid: str, auth_token: str) -> None:
		doc = frappe.get_doc(SETTINGS)
		senders = [
			{"address": sender["address"], "label": f"Our {sender['label']}", "is_default": number}
			for number, sender in enumerate(self.state["senders"])
		]
		doc.update(
			{
				"account_sid": account_sid,
				"auth_token": auth_token,
				"next_auth_token": secrets.token_hex(16),
				"public_url": PUBLIC_URL,
				"senders": senders,
				"create_leads": 1,
				"closing_hours": 3,
				"remind_before_closing": 1,
				"media_limit_mb": 8,
				"keep_days": 400,
			}
		)
		doc.save()
		update_site_config("wa_window_twilio_api_base", self.twilio)
		frappe.conf.wa_window_twilio_api_base = self.twilio
		self.made["webhook"] = {"token": auth_token, "url": PUBLIC_URL, "account": account_sid}

	def people(self) -> None:
		self.leads = preferred_type().doctype
		frappe.get_doc({"doctype": "Role", "role_name": SALES, "desk_access": 1}).insert()
		add_permission(self.leads, SALES)
		for ptype in ("write", "create"):
			update_permission_property(self.leads, SALES, 0, ptype, 1)
		for label, roles in PEOPLE.items():
			email = f"{label.replace(' ', '-')}@migration.example"
			given = [{"role": role} for role in roles]
			user = {"email": email, "first_name": label, "roles": given, "send_welcome_email": 0}
			frappe.get_doc({"doctype": "User", **user}).insert()
			self.made["users"][label] = email
		frappe.db.set_value("User", self.user("sender who has left"), "enabled", 0)

	def templates(self) -> None:
		template_sync.sync()
		doc = frappe.get_doc("Content Template", self.template)
		doc.variables[0].update({"lead_field": "lead_name", "fallback": "Bapak/Ibu"})
		doc.variables[1].fallback = "penawaran kami"
		doc.save()

	def conversations(self) -> None:
		"""Customers whom the simulated Twilio knows are in those from which something is sent."""
		phones = [customer["phone"] for customer in self.state["customers"] if customer["phone"]]
		self.conversation("open", phones[0])
		self.conversation("closed", phones[1])
		self.conversation("queued too late", phones[2])
		self.conversation("opted out", opted_out=True, opt_out_changed_at_ms=self.now_ms - HOUR_MS)
		for label in ("refused", "blocked", "never written", "history", "sent by others", "live", "one lead"):
			self.conversation(label)
		self.conversation("without a lead", lead=False)
		self.conversation("user id only", lead=False, user_id="ID.AbCdEf123")
		self.conversation("whose lead is still to be made", lead=False)
		self.store.change_conversation(self.of("without a lead"), lead_problem="Territory is mandatory")
		user, lead = self.user("agent of one lead"), self.made["leads"]["one lead"]
		permission = {"user": user, "allow": self.leads, "for_value": lead, "apply_to_all_doctypes": 1}
		frappe.get_doc({"doctype": "User Permission", **permission}).insert()

	def conversation(self, label: str, phone: str = "", *, lead: bool = True, user_id: str = "", **values):
		if not user_id:
			phone = phone or f"+62813{secrets.randbelow(10**8):08d}"
		if lead:
			found = SiteLeads(always=True).create(phone, f"Customer {label}")
			self.made["leads"][label] = found.name
			values |= {"lead_doctype": found.doctype, "lead": found.name}
		row = Conversation(
			customer=phone or user_id,
			customer_phone=phone,
			customer_user_id=user_id,
			customer_address=f"whatsapp:{phone or user_id}",
			business_address=self.business,
			profile_name=f"Ibu {label} 🌸",
			unread_count=2,
			**values,
		)
		self.made["conversations"][label] = self.store.add_conversation(row).name

	def outbound(self) -> None:
		by_whom = self.user("sender without the role")
		values = json.dumps({"1": "Siti", "2": "rumah"})
		template = {
			"kind": "template",
			"content_template": self.template,
			"content_variables": values,
		}
		queued = {"delivery_status": status.QUEUED, "next_attempt_at_ms": self.now_ms, "owner": by_whom}
		self.received("open", 2)
		self.sent("queued", "open", "Masih ada, Bu.", **queued)
		self.sent("queued next", "open", AS_TYPED, minutes=-1, **queued)
		self.received("closed", 30)
		self.sent("queued template", "closed", "Halo Siti, rumah", **queued, **template)
		self.received("queued too late", 25)
		self.sent("queued too late", "queued too late", "Terlambat", **queued)
		self.received("opted out", 3)
		self.sent("queued to one who opted out", "opted out", "Promo", **queued)
		self.received("history", 5)
		claimed = {"attempts": 1, "claimed_at_ms": self.now_ms - 8 * HOUR_MS}
		self.sent("claimed", "one lead", "Diambil", delivery_status=status.SENDING, **claimed)
		unknown = {"error_code": "not_listed", "next_attempt_at_ms": 10**15, **claimed}
		self.sent("unknown", "history", "Entah", delivery_status=status.UNKNOWN, **unknown)
		for final in ("accepted", "sent", "delivered", "read", "canceled"):
			self.sent(final, "history", f"{final}!", minutes=200, sid=True, delivery_status=final)
		failed = {"delivery_status": status.FAILED, "sid": True, "error_text": "Twilio's own words"}
		self.sent("failed", "history", "63003", minutes=90, error_code="63003", **failed)
		self.received("refused", 4)
		self.sent("outside the window", "refused", "63016", error_code="63016", **failed)
		self.received("blocked", 4)
		self.sent("to one who has blocked us", "blocked", "63014", error_code="63014", **failed)
		self.sent("first template", "never written", "Halo", sid=True, delivery_status="read", **template)
		for label in ("sender who has left", "sender of the website"):
			self.sent(
				label, "sent by others", label, sid=True, delivery_status="read", owner=self.user(label)
			)
		self.made["live"] = {"customer": self.store.conversation(self.of("live")).customer_address}
		self.made["live"] |= {"business": self.business, "statuses": {}}
		for number in range(3):
			name = self.sent(f"live {number}", "live", "Hidup", sid=True, delivery_status="sent")
			self.made["live"]["statuses"][name] = self.store.message(name).message_sid

	def inbound(self) -> None:
		waiting = {"follow_up": PENDING}
		self.received(
			"history", 6, "as typed", body=AS_TYPED, raw={"Body": AS_TYPED, "ProfileName": "Ibu 🌸"}
		)
		self.received("history", 7, "an answer", replied_to_sid="SM" + "1" * 32)
		self.received("user id only", 8)
		self.received("open", 1, "to follow up", **waiting)
		self.received("whose lead is still to be made", 1, "to follow up, without a lead", **waiting)
		later = {"attempts": 3, "next_attempt_at_ms": self.now_ms + HOUR_MS // 2}
		self.received("history", 2, "to follow up later", **waiting, **later)
		erasing.bury(["SM" + "e" * 32, "SM" + "f" * 32])

	def files(self) -> None:
		photo, prices = _jpeg(), "Daftar harga Ñ".encode()
		stored = {"type": "image/jpeg", "size": len(photo), "state": "stored", "name": "photo.jpg"}
		for label in ("photo", "the same photo"):
			name = self.received("history", 9, label, kind="image", media=(Media(**stored),), body="")
			file = self.file("whatsapp-20261101-101010.jpg", photo, MESSAGE, name)
			self.store.change_media(self.store.message(name).media[0].row, file=file.file_url)
		lead_file = self.file("Daftar harga Ñ.txt", prices, self.leads, self.made["leads"]["history"])
		document = Media(
			type="text/plain",
			size=len(prices),
			file=lead_file.file_url,
			state="stored",
			name="Daftar harga Ñ.txt",
		)
		sent = {"kind": "document", "media": (document,), "sid": True, "delivery_status": "read"}
		name = self.sent("price list", "history", "Silakan", **sent)
		self.file("Daftar harga Ñ.txt", None, MESSAGE, name, file_url=lead_file.file_url)
		waiting = Media(type="image/jpeg", url=self.photo_at_twilio())
		self.received("history", 10, "photo to fetch", kind="image", media=(waiting,), body="")
		elsewhere = Media(type="audio/ogg", url=waiting.url + "0", state="failed", attempts=5)
		self.received("history", 11, "lost voice", kind="audio", media=(elsewhere,), body="")
		refused = Media(type="application/x-msdownload", url=waiting.url + "1", state="refused")
		self.received("history", 12, "program", kind="document", media=(refused,), body="")

	def file(self, name: str, content: bytes | None, doctype: str, attached_to: str, **values):
		values |= {"content": content} if content else {}
		attached = {"attached_to_doctype": doctype, "attached_to_name": attached_to}
		return frappe.get_doc(
			{"doctype": "File", "file_name": name, "is_private": 1, **attached, **values}
		).insert()

	def photo_at_twilio(self) -> str:
		customer = next(customer["id"] for customer in self.state["customers"] if customer["phone"])
		message = self._simulated("message", {"customer": customer, "kind": "image"})
		path = f"Messages/{message['sid']}/Media/{message['media'][0]['url'].rpartition('/')[2]}"
		return f"{self.twilio}/2010-04-01/Accounts/{self.state['account_sid']}/{path}"

	def traces(self) -> None:
		"""What people have left at chats, and what tells them of them."""
		name, agent = self.of("history"), self.user("agent")
		people = {"lead_owner": agent, "_assign": json.dumps([self.user("manager")])}
		frappe.db.set_value(self.leads, self.made["leads"]["blocked"], people, update_modified=False)
		frappe.get_doc(CONVERSATION, name).add_comment("Comment", "Calls back on Monday")
		todo = {"reference_type": CONVERSATION, "reference_name": name, "allocated_to": agent}
		frappe.get_doc({"doctype": "ToDo", "description": "Answer", **todo}).insert()
		share(CONVERSATION, name, agent, read=1, notify=0)
		add_tag("VIP", CONVERSATION, name)
		bells.ring(agent, self.leads, self.made["leads"]["open"], "Ibu wrote on WhatsApp: 2 unread")

	def admins_own_changes(self) -> None:
		own = {"fieldname": "branch", "label": "Branch", "fieldtype": "Data", "insert_after": "lead"}
		create_custom_fields({CONVERSATION: [own]})
		frappe.db.set_value(CONVERSATION, self.of("history"), "branch", "Bandung", update_modified=False)
		make_property_setter(CONVERSATION, "profile_name", "label", "Nickname", "Data")
		make_property_setter("Chat Lead", "status", "options", "Open\nReplied\nLunch", "Text")
		tab = frappe.db.exists("Custom Field", {"dt": self.leads, "fieldname": "wa_tab"})
		if tab:
			frappe.db.set_value("Custom Field", tab, {"label": "Chat", "insert_after": "status"})
		chosen = {"disable_count": 1, "disable_automatic_recency_filters": 0}
		frappe.db.set_value("List View Settings", CONVERSATION, chosen)
		frappe.db.set_value("Notification Settings", self.user("manager"), "enabled", 0)
		frappe.db.set_value("Workspace", "WA Window", "content", '[{"id":"own","type":"header","data":{}}]')
		reminders = {"method": "wa_window.site.notifying.remind_of_closing_windows"}
		frappe.db.set_value("Scheduled Job Type", reminders, "stopped", 1)
		if frappe.db.exists("DocType", "CRM Form Script"):
			frappe.db.set_value("CRM Form Script", "WA Window: CRM Lead", "enabled", 0)
		self.admins_own_documents()

	def admins_own_documents(self) -> None:
		script = 'frappe.call("wa_window.api.chat.window", { lead_doctype: "Lead", lead: "1" })'
		client_script = {"name": "Own", "dt": self.leads, "view": "Form", "enabled": 1, "script": script}
		frappe.get_doc({"doctype": "Client Script", **client_script}).insert()
		workspace = {"label": "Own chats", "title": "Own chats", "public": 1, "content": "[]"}
		shortcut = {"type": "DocType", "link_to": CONVERSATION, "label": "Chats"}
		frappe.get_doc({"doctype": "Workspace", **workspace, "shortcuts": [shortcut]}).insert()
		card = {"label": "Own card", "document_type": MESSAGE, "function": "Count", "filters_json": "[]"}
		frappe.get_doc({"doctype": "Number Card", "type": "Document Type", **card}).insert()
		filters = {"filter_name": "Mine", "reference_doctype": CONVERSATION, "filters": "[]"}
		frappe.get_doc({"doctype": "List Filter", "for_user": self.user("agent"), **filters}).insert()
		notification = {
			"name": "A customer wrote",
			"subject": "{{ doc.name }}",
			"document_type": MESSAGE,
			"event": "New",
			"condition": 'doc.direction == "Inbound"',
			"channel": "System Notification",
			"message": "A customer wrote",
			"recipients": [{"receiver_by_role": AGENT}],
		}
		frappe.get_doc({"doctype": "Notification", "enabled": 1, **notification}).insert()

	def without_a_time(self) -> None:
		"""After everything was rebuilt from the times."""
		name = self.received("user id only", 40, "without a time")
		update(MESSAGE, name, {"sent_at": None, "sent_at_ms": 0, "sent_at_source": ""})

	# One of each

	def user(self, label: str) -> str:
		return self.made["users"][label]

	def of(self, label: str) -> str:
		return self.made["conversations"][label]

	def received(self, conversation: str, hours: float, label: str = "", **values) -> str:
		at_ms = self.now_ms - int(hours * HOUR_MS)
		values = {"kind": "text", "body": "Halo, apakah masih ada?", **values}
		known = {"delivery_status": status.RECEIVED, "message_sid": _sid(), "sent_at_source": "twilio"}
		return self.add(label or f"received in {conversation}", conversation, INBOUND, at_ms, known, values)

	def sent(
		self, label: str, conversation: str, body: str, *, minutes: float = 0, sid: bool = False, **values
	) -> str:
		"""So many minutes ago."""
		at_ms = self.now_ms - int((minutes + 5) * 60 * 1000)
		known = {"client_key": frappe.generate_hash(length=20), "sent_at_source": "record"}
		known |= {"message_sid": _sid(), "status_times": {"sent": at_ms}} if sid else {}
		values = {"kind": "text", "body": body, "owner": self.user("agent"), **values}
		return self.add(label, conversation, OUTBOUND, at_ms, known, values)

	def add(
		self, label: str, conversation: str, direction: str, at_ms: int, known: dict, values: dict
	) -> str:
		row = Message(
			conversation=self.of(conversation), direction=direction, sent_at_ms=at_ms, **known, **values
		)
		self.made["messages"][label] = self.store.add_message(row).name
		return self.made["messages"][label]

	def _simulated(self, path: str, posted: dict | None = None) -> dict:
		data = json.dumps(posted).encode() if posted else None
		request = Request(f"{self.twilio}/_sim/{path}", data, {"Content-Type": "application/json"})
		with urlopen(request) as answer:
			return json.load(answer)


def _sid() -> str:
	return "SM" + secrets.token_hex(16)


def _jpeg() -> bytes:
	file = io.BytesIO()
	Image.new("RGB", (16, 16), "teal").save(file, "JPEG")
	return file.getvalue()


def main(site: str, folder: Path, twilio: str, account_sid: str, auth_token: str) -> None:
	with connected(site):
		write(folder / "filled.json", Filler(twilio).fill(account_sid, auth_token))


if __name__ == "__main__":
	run(main)
