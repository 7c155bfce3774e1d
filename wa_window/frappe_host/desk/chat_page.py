"""What the page /whatsapp needs besides the inbox's own script: it has no Desk around it, and no boot."""

import json
import re
from functools import cache
from pathlib import Path

import frappe
from frappe import _
from frappe.utils import get_absolute_url, get_system_timezone
from frappe.utils.jinja_globals import bundled_asset

from ..records.batch_permissions import may_send_to_many
from ..records.permissions import MANAGER
from ..records.record_types import existing_record_types
from ..settings import SETTINGS

SCRIPTS = Path(frappe.get_app_path("wa_window")) / "public" / "js"
SHOWN_BY = ("wa_chat", "wa_inbox", "wa_batches", "wa_page")
# A call of __ with the text in it; the sources have double quotes only (biome).
TEXT = re.compile(r'\b__\(\s*("(?:[^"\\]|\\.)*")')
# The routes of Frappe CRM's own screens (its frontend/src/router.js).
IN_CRM = {"CRM Lead": "/crm/leads/", "CRM Deal": "/crm/deals/", "Contact": "/crm/contacts/"}


def settings_json() -> str:
	"""What the page's script reads, as JSON that may stand in a <script>."""
	return json.dumps(_settings(), ensure_ascii=False).replace("<", "\\u003c")


def _settings() -> dict:
	return {
		"csrf_token": frappe.sessions.get_csrf_token(),
		"lang": frappe.local.lang,
		"time_zone": frappe.get_cached_value("User", frappe.session.user, "time_zone")
		or get_system_timezone(),
		"site": frappe.local.site,
		"parts": bundled_asset("wa_window_parts.bundle.js"),
		"batches": _batches() if may_send_to_many(frappe.session.user) else None,
		"socketio": bundled_asset("wa_window_socketio.bundle.js"),
		# On a server for development socket.io answers at a port of its own (frappe/public/js/frappe/socketio_client.js).
		"socketio_port": frappe.conf.socketio_port or 9000 if frappe.local.dev_server else None,
		"settings_url": get_absolute_url(SETTINGS, SETTINGS) if _changes_settings() else None,
		"record_urls": _record_urls(),
		"translations": _translations(),
	}


def _batches() -> list[str]:
	return [bundled_asset(f"wa_window_batches.bundle.{kind}") for kind in ("js", "css")]


def _changes_settings() -> bool:
	return bool({MANAGER, "System Manager"} & set(frappe.get_roles()))


def _record_urls() -> dict[str, str]:
	"""The beginning of the URL of a record, by DocType."""
	in_crm = IN_CRM if "crm" in frappe.get_installed_apps() else {}
	doctypes = [row.doctype for row in existing_record_types()]
	return {doctype: in_crm.get(doctype) or get_absolute_url(doctype, "") for doctype in doctypes}


def _translations() -> dict[str, str]:
	texts = {*inbox_texts(), *(row.doctype for row in existing_record_types())}
	return {text: _(text) for text in sorted(texts) if _(text) != text}


@cache
def inbox_texts() -> frozenset[str]:
	"""The texts of the inbox's scripts: Frappe's whole catalogue would be larger than the page."""
	sources = [path.read_text() for folder in SHOWN_BY for path in (SCRIPTS / folder).glob("*.js")]
	return frozenset(json.loads(text) for source in sources for text in TEXT.findall(source))
