"""Configure a site for a simulated Twilio, with an agent and leads, and restore it afterwards.

In the bench's sites folder: `../env/bin/python -m wa_window.tests.simulated SITE on SIMULATOR SID TOKEN SITE_URL`, later `…
SITE off`.
"""

import json
import sys
from pathlib import Path
from urllib.request import urlopen

import frappe

from wa_window.chat.window import WINDOW_MS
from wa_window.frappe_host.clock import SystemClock
from wa_window.frappe_host.jobs import template_approvals, template_sync
from wa_window.frappe_host.settings import SETTINGS
from wa_window.frappe_host.store.store import FrappeStore
from wa_window.frappe_host.template_drafts import stored
from wa_window.tests.site_case import (
	deal_of,
	fill_in_settings,
	forget_jobs,
	make_user,
	put_back,
	reach_twilio_at,
	remember,
)

AGENT, MANAGER = "agent@wa-window.example", "manager@wa-window.example"
ADMIN = "admin@wa-window.example"
LEADS = {
	"Budi Santoso": "0812-3456-7890",
	"Siti Rahmawati": "+62 857 1112 2233",
	"Tono Hidayat": "+62 813 4455 6677",
	"Lead without a number": None,
}


def switch_on(simulator: str, account_sid: str, auth_token: str, site_url: str) -> dict:
	"""Fill in Settings with the simulator's account and senders; returns the logins of an agent, a manager and a System
	Manager without a role of ours, and the leads."""
	put_back()
	forget_jobs()
	remember([AGENT, MANAGER, ADMIN])
	reach_twilio_at(simulator)
	fill_in_settings(
		account_sid=account_sid,
		auth_token=auth_token,
		public_url=site_url,
		senders=[{"address": sender["address"], "label": sender["label"]} for sender in _senders(simulator)],
	)
	password = frappe.generate_hash(length=16)
	make_user(AGENT, "WA Window Agent", new_password=password)
	make_user(MANAGER, "WA Window Manager", new_password=password)
	make_user(ADMIN, "System Manager", new_password=password)
	leads = {name: _lead(name, phone) for name, phone in LEADS.items()}
	frappe.db.commit()
	synced = template_sync.sync()
	frappe.db.commit()
	users = {"user": AGENT, "manager": MANAGER, "admin": ADMIN, "password": password}
	return {**users, "leads": leads, "templates": synced}


def add_leads(name: str, count: int) -> None:
	"""So many leads of this name with numbers of their own."""
	for number in range(count):
		_lead(f"{name} {number}", f"+62 811 {number:07d}")
	frappe.db.commit()


def delete_leads(name: str, doctype: str = "Chat Lead") -> None:
	"""Those of `add_leads` or `add_crm_leads`, which would hide the others from the beginning of a list."""
	frappe.db.delete(doctype, {"lead_name": ("like", f"{name} %")})
	frappe.db.commit()


def set_senders(senders: list[dict]) -> None:
	doc = frappe.get_doc(SETTINGS)
	doc.set("senders", senders)
	doc.save()
	frappe.db.commit()


def set_auth_token(auth_token: str) -> None:
	doc = frappe.get_doc(SETTINGS)
	doc.auth_token = auth_token
	doc.save()
	frappe.db.commit()


def lapse_in(lead: str, seconds: int, doctype: str = "Chat Lead") -> None:
	"""Let a lead's window close soon, as if its customer had written almost 24 hours ago."""
	conversation = frappe.db.get_value("Chat Conversation", {"lead_doctype": doctype, "lead": lead})
	ends_at_ms = SystemClock().now_ms() + seconds * 1000
	FrappeStore().change_conversation(conversation, last_inbound_at_ms=ends_at_ms - WINDOW_MS)
	frappe.db.commit()


def speak(user: str, language: str) -> None:
	"""From their next login on."""
	frappe.db.set_value("User", user, "language", language)
	frappe.db.commit()
	frappe.clear_cache(user=user)


def follow_templates() -> None:
	"""The job's next run, for all templates that wait for a decision."""
	frappe.db.set_value(stored.DOCTYPE, {"next_look_at_ms": (">", 0)}, "next_look_at_ms", 1)
	frappe.db.commit()
	template_approvals.follow()


def add_to_crm() -> dict:
	"""A lead of Frappe CRM and its deal, and a lead that is none yet, which the agent and the manager may write; nothing where
	CRM is not installed, or its frontend was not built."""
	if (
		"crm" not in frappe.get_installed_apps()
		or not Path(frappe.get_app_path("crm", "www", "crm.html")).exists()
	):
		return {}
	frappe.get_doc("User", AGENT).add_roles("Sales User")
	frappe.get_doc("User", MANAGER).add_roles("Sales Manager")
	values = {"first_name": "Wayan", "last_name": "Sudarma", "mobile_no": "0819-9988-8777"}
	lead = frappe.get_doc({"doctype": "CRM Lead", **values}).insert()
	deal = deal_of(lead)
	frappe.get_doc(
		{"doctype": "CRM Lead", "first_name": "Made Widana", "mobile_no": "0819-9988-8766"}
	).insert()
	frappe.db.commit()
	return {"CRM Lead": lead.name, "CRM Deal": deal}


def add_crm_leads(name: str, count: int) -> None:
	"""So many leads of Frappe CRM with numbers of their own."""
	for number in range(count):
		values = {"first_name": f"{name} {number}", "mobile_no": f"+62 812 {number:07d}"}
		frappe.get_doc({"doctype": "CRM Lead", **values}).insert()
	frappe.db.commit()


def add_to_erpnext() -> dict:
	"""A lead of ERPNext, which the agent may write; none where ERPNext is not installed."""
	if "erpnext" not in frappe.get_installed_apps():
		return {}
	frappe.get_doc("User", AGENT).add_roles("Sales User")
	values = {"first_name": "Wayan", "last_name": "Sudarma", "mobile_no": "0819-9988-8777"}
	lead = frappe.get_doc({"doctype": "Lead", **values}).insert()
	frappe.db.commit()
	return {"Lead": lead.name}


def _senders(simulator: str) -> list[dict]:
	with urlopen(f"{simulator}/_sim/state") as answer:
		return json.load(answer)["senders"]


def _lead(name: str, phone: str | None) -> str:
	return frappe.get_doc({"doctype": "Chat Lead", "lead_name": name, "phone": phone}).insert().name


def main(site: str, switch: str, *arguments: str) -> None:
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")
	result = {"on": switch_on, "off": put_back}[switch](*arguments)
	frappe.destroy()
	print(json.dumps(result))


if __name__ == "__main__":
	main(*sys.argv[1:])
