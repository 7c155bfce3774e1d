"""The site for gunicorn, with a bare insert for comparison; each answer has headers with its queries and CPU time."""

import os
import sys
import time
import types

import frappe
import frappe.app

# nosemgrep: frappe-monkey-patching-not-allowed - counts statements, in this process only
from frappe.database.database import Database

SITE = os.environ["WA_WINDOW_SITE"]
counted = {"queries": 0}


@frappe.whitelist(allow_guest=True)
def insert(text: str):
	"""One small document, by Frappe's own document layer."""
	frappe.get_doc({"doctype": "ToDo", "description": text}).insert(ignore_permissions=True)


@frappe.whitelist(allow_guest=True)
def nothing():
	"""An empty guest method."""


@frappe.whitelist(allow_guest=True, xss_safe=True, methods=["POST"])
def least():
	"""The minimum that stores a message: one locked read, one insert, one update, a commit; no signature, no events."""
	form, now_ms = frappe.request.form, time.time_ns() // 1_000_000
	(name,) = frappe.db.sql(  # nosemgrep: frappe-using-db-sql - the minimum for comparison: a fixed text
		"select name from `tabChat Conversation` where customer = %s and business_address = %s for update",
		(form["From"].removeprefix("whatsapp:"), form["To"]),
	)[0]
	frappe.db.sql(  # nosemgrep: frappe-using-db-sql - as above
		"insert into `tabChat Message` (name, creation, modified, conversation, direction, kind, body, sent_at, sent_at_ms, message_sid, "
		"delivery_status, follow_up) values (%s, now(6), now(6), %s, 'Inbound', 'text', %s, now(), %s, %s, 'received', 'done')",
		(frappe.generate_hash(length=20), name, form["Body"], now_ms, form["MessageSid"]),
	)
	frappe.db.sql(  # nosemgrep: frappe-using-db-sql - as above
		"update `tabChat Conversation` set waiting_since_ms = if(waiting_since_ms, waiting_since_ms, %s), last_inbound_at_ms = %s, last_message_at_ms = %s, "
		"last_message_preview = %s where name = %s",
		(now_ms, now_ms, now_ms, form["Body"], name),
	)
	frappe.db.commit()  # nosemgrep: frappe-manual-commit - as the webhook does, before it answers


# Frappe calls methods of installed apps only; this module exists in this process only.
bare = types.ModuleType("wa_window.bare")
bare.insert, bare.nothing, bare.least = insert, nothing, least
sys.modules["wa_window.bare"] = bare

_sql = Database.sql


def _counting(self, *arguments, **named):
	counted["queries"] += 1
	return _sql(self, *arguments, **named)


Database.sql = _counting


def application(environ, start_response):
	counted["queries"], began = 0, time.thread_time_ns()

	def started(status, headers, exc_info=None):
		cost = [
			("X-Queries", str(counted["queries"])),
			("X-CPU-us", str((time.thread_time_ns() - began) // 1000)),
		]
		return start_response(status, [*headers, *cost], exc_info)

	return frappe.app.application(environ | {"HTTP_X_FRAPPE_SITE_NAME": SITE}, started)
