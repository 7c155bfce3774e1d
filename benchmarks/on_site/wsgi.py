"""The site for gunicorn, with a bare insert to compare with, and each answer telling its queries and CPU time."""

import os
import sys
import time
import types

import frappe
import frappe.app
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


# Frappe takes methods of installed apps only; this one is there in this process alone.
bare = types.ModuleType("wa_window.bare")
bare.insert, bare.nothing = insert, nothing
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
