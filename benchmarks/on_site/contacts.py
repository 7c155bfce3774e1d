"""Contacts beside an installation: `contacts.py SITE fill COUNT`; `… write`: changes one of them again and again until standard input
ends, and prints the longest time of a change; `… clear`."""

import json
import secrets
import sys
import threading
import time

import frappe
from frappe.query_builder import DocType
from frappe.utils import now

CONTACT, PHONE = "Contact", "Contact Phone"
PREFIX = "bench-contact-"
STANDARD = ("name", "creation", "modified", "owner", "modified_by")
AT_ONCE = 5000
EVERY_S = 0.02


def fill(count: str) -> dict:
	for begin in range(0, int(count), AT_ONCE):
		numbers = range(begin, min(begin + AT_ONCE, int(count)))
		names = [f"{PREFIX}{number:07d}" for number in numbers]
		phones = [f"0812 {number:07d}" for number in numbers]
		stamps = (now(), now(), "Administrator", "Administrator")
		contacts = [(name, *stamps, name, phone, phone) for name, phone in zip(names, phones, strict=True)]
		frappe.db.bulk_insert(CONTACT, [*STANDARD, "first_name", "mobile_no", "phone"], contacts)
		rows = [
			(secrets.token_hex(5), *stamps, name, CONTACT, "phone_nos", phone)
			for name, phone in zip(names, phones, strict=True)
		]
		frappe.db.bulk_insert(PHONE, [*STANDARD, "parent", "parenttype", "parentfield", "phone"], rows)
		frappe.db.commit()  # nosemgrep: frappe-manual-commit - a script: no request commits for it
	return {"contacts": int(count)}


def write() -> dict:
	"""As somebody who saves a contact meanwhile: each change is a transaction of its own."""
	ended = threading.Event()
	threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
	waited, contact = [], DocType(CONTACT)
	print("begun", flush=True)
	while not ended.is_set():
		name = f"{PREFIX}{secrets.randbelow(1000):07d}"
		began = time.monotonic()
		frappe.qb.update(contact).set(contact.designation, str(began)).where(contact.name == name).run()
		frappe.db.commit()  # nosemgrep: frappe-manual-commit - a script: no request commits for it
		waited.append(time.monotonic() - began)
		time.sleep(EVERY_S)
	return {"changes": len(waited), "longest ms": round(max(waited) * 1000)}


def clear() -> dict:
	frappe.db.delete(PHONE, {"parent": ("like", f"{PREFIX}%")})
	frappe.db.delete(CONTACT, {"name": ("like", f"{PREFIX}%")})
	return {}


def main(site: str, act: str, *arguments: str) -> None:
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	result = {"fill": fill, "write": write, "clear": clear}[act](*arguments)
	frappe.db.commit()  # nosemgrep: frappe-manual-commit - a script: no request commits for it
	frappe.destroy()
	print(json.dumps(result))


if __name__ == "__main__":
	main(*sys.argv[1:])
