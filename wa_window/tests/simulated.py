"""Configure a site for a simulated Twilio, with an agent and leads, and restore it afterwards.

In the bench's sites folder: `../env/bin/python -m wa_window.tests.simulated SITE on SIMULATOR SID TOKEN SITE_URL`, later `…
SITE off`.
"""

import json
import sys
from pathlib import Path
from urllib.request import urlopen

import frappe
import frappe.client
from frappe.permissions import reset_perms

from wa_window.chat.window import WINDOW_MS
from wa_window.frappe_host.clock import SystemClock
from wa_window.frappe_host.jobs import template_approvals, template_sync
from wa_window.frappe_host.settings import SETTINGS
from wa_window.frappe_host.store.store import FrappeStore
from wa_window.frappe_host.template_drafts import stored
from wa_window.tests import another_app
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
# They handle a customer one after the other, and the outsider does not.
TEAM = {name: f"{name}@wa-window.example" for name in ("seller", "closer", "keeper", "outsider")}
ADMIN = "admin@wa-window.example"
LEADS = {
	"Budi Santoso": "0812-3456-7890",
	"Siti Rahmawati": "+62 857 1112 2233",
	"Tono Hidayat": "+62 813 4455 6677",
	"Dimas Pratama": "+62 812 5556 6677",
	"Lead without a number": None,
}


def switch_on(simulator: str, account_sid: str, auth_token: str, site_url: str) -> dict:
	"""Fill in Settings with the simulator's account and senders; returns the logins of an agent, a manager and a System
	Manager without a role of ours, and the leads."""
	put_back()
	forget_jobs()
	remember([AGENT, MANAGER, ADMIN, *TEAM.values()])
	another_app.make_available()
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
	if not _has_crms_screens():
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


def add_quotation(lead: str) -> None:
	"""A quotation for a lead of ERPNext, and a quick reply that everybody has."""
	item = {"item_name": "Rumah tipe 45", "description": "Tipe 45", "qty": 1, "uom": "Nos"}
	doc = frappe.get_doc(
		{
			"doctype": "Quotation",
			"quotation_to": "Lead",
			"party_name": lead,
			"company": frappe.get_all("Company", pluck="name", limit=1)[0],
			"items": [item | {"rate": 450_000_000, "conversion_factor": 1}],
		}
	)
	doc.insert()
	reply = {
		"title": "Syarat KPR",
		"shortcut": "kpr",
		"text": "Siapkan KTP dan KK.",
		"visible_to": "Everybody",
	}
	frappe.get_doc({"doctype": "Chat Quick Reply", **reply}).insert()
	frappe.db.commit()


def add_team(password: str, doctypes: list[str]) -> dict:
	"""Salespeople who handle a customer one after the other. Each may read and write the records of one DocType, and make one of the
	next; the outsider their own leads only. A stranger's lead becomes the seller's. Nothing where the host is not installed, or
	Frappe CRM's frontend was not built."""
	if not (_has_crms_screens() if "CRM Lead" in doctypes else frappe.db.exists("DocType", doctypes[0])):
		return {}
	for name, user in TEAM.items():
		frappe.get_doc({"doctype": "Role", "role_name": _role(name)}).insert()
		make_user(user, "WA Window Agent", new_password=password)
		frappe.get_doc("User", user).add_roles("Sales User", _role(name))
	for name, doctype, next_one in zip(TEAM, doctypes, [*doctypes[1:], None], strict=False):
		_permit(name, doctype, read=1, write=1)
		if next_one:
			_permit(name, next_one, create=1)
	_permit("outsider", doctypes[0], read=1, write=1, create=1, if_owner=1)
	_set_new_leads(doctypes[0], TEAM["seller"])
	frappe.db.commit()
	# Frappe has cleared it before the commit; another process may have filled it again since.
	frappe.clear_cache()
	return TEAM


def remove_rights_of_team() -> None:
	"""The host's own rights apply again."""
	roles = [_role(name) for name in TEAM]
	for doctype in frappe.get_all("Custom DocPerm", {"role": ("in", roles)}, pluck="parent", distinct=True):
		reset_perms(doctype)
	_set_new_leads("Chat Lead", None)
	frappe.db.commit()
	# v16 has cleared the cache before the commit; another process may have filled it again since.
	frappe.clear_cache()


def convert_in_crm(lead: str) -> list[str]:
	"""The seller makes a deal of their lead, which then is the closer's; the outsider has a lead with the same number. The names of
	the two."""
	frappe.set_user(TEAM["seller"])
	deal = deal_of(frappe.get_doc("CRM Lead", lead))
	phone = frappe.db.get_value("CRM Lead", lead, "wa_phone")
	frappe.set_user(TEAM["outsider"])
	own = frappe.get_doc({"doctype": "CRM Lead", "first_name": "Sari", "mobile_no": phone}).insert()
	frappe.set_user("Administrator")
	frappe.client.set_value("CRM Deal", deal, "deal_owner", TEAM["closer"])
	frappe.db.commit()
	return [deal, own.name]


def _role(name: str) -> str:
	return f"{name.title()} of a Test"


def _permit(name: str, doctype: str, **rights) -> None:
	frappe.get_doc({"doctype": "Custom DocPerm", "parent": doctype, "role": _role(name), **rights}).insert()


def _set_new_leads(lead_doctype: str, lead_owner: str | None) -> None:
	doc = frappe.get_doc(SETTINGS)
	doc.update({"lead_doctype": lead_doctype, "lead_owner": lead_owner})
	doc.save()


def _has_crms_screens() -> bool:
	return (
		"crm" in frappe.get_installed_apps() and Path(frappe.get_app_path("crm", "www", "crm.html")).exists()
	)


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
