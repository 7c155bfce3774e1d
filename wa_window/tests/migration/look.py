"""Record the site's documents and permissions for comparison. It uses no module of the app, whose version changes, and only
those of its methods that browsers and Twilio call."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import frappe
from connection import connected, read, run, write
from frappe.deferred_insert import queue_prefix, save_to_db
from frappe.desk.doctype.dashboard_chart_source.dashboard_chart_source import get_config
from frappe.utils.password import get_decrypted_password

SETTINGS, MODULE = "WA Window Settings", "WA Window"
TOKENS = ("auth_token", "next_auth_token")
# Documents of users or of Frappe beside the app's own, which a new version must keep too.
KEPT = (
	"CRM Form Script",
	"CRM Lead",
	"CRM Notification",
	"Chat Lead",
	"Client Script",
	"Comment",
	"Custom DocPerm",
	"Custom Field",
	"DocShare",
	"File",
	"Has Role",
	"Lead",
	"List Filter",
	"List View Settings",
	"Notification",
	"Notification Log",
	"Notification Settings",
	"Number Card",
	"Property Setter",
	"Role",
	"Tag Link",
	"ToDo",
	"User",
	"User Permission",
	"Workspace",
	"Workspace Shortcut",
)
# Documents that depend on the version; only their content is checked.
LOOKED_AT = ("Dashboard Chart", "Deleted Document", "Error Log", "Patch Log", "Scheduled Job Type")
# The path of a method of the app, alone or in a script.
PATH = re.compile(r"""(?:^|["'])(wa_window(?:\.\w+)+)(?:["']|$)""")
# Twilio calls these URLs, and loaded pages in browsers do.
CALLED = (
	"wa_window.api.webhook.inbound",
	"wa_window.api.webhook.status",
	"wa_window.api.media.file",
)


def main(site: str, folder: Path, seen: str, twilio: str) -> None:
	filled = read(folder / "filled.json")
	with connected(site):
		_insert_deferred()
		rows = {doctype: _rows(doctype) for doctype in _doctypes()}
		found = {
			"rows": rows,
			"paths": {path: _resolved(path) for path in sorted({*CALLED, *_paths(rows), *_hooks()})},
			"settings": frappe.db.get_singles_dict(SETTINGS),
			"tokens": {field: _hash(_token(field).encode()) for field in TOKENS},
			"contents": _contents(),
			"rights": {label: _rights(user, filled) for label, user in filled["users"].items()},
			"outbound": _log(twilio),
		}
		write(folder / f"{seen}.json", found)


def _insert_deferred() -> None:
	"""Insert the errors of reading requests, which Frappe holds in Redis until the next hour or migration (500 at a time)."""
	while frappe.cache.get_keys(queue_prefix):
		save_to_db()


def _doctypes() -> list[str]:
	ours = frappe.get_all("DocType", {"module": MODULE, "issingle": 0}, pluck="name")
	return sorted({*ours, *filter(frappe.db.table_exists, (*KEPT, *LOOKED_AT))})


def _rows(doctype: str) -> dict:
	rows = frappe.db.sql(f"select * from `tab{doctype}`", as_dict=True)
	return {row.name: row for row in rows}


def _paths(rows: dict[str, dict]) -> Iterator[str]:
	"""The paths of the app's methods in the site's documents."""
	for doctype in rows.keys() - {"Error Log", "Deleted Document"}:
		for row in rows[doctype].values():
			for value in row.values():
				for path in PATH.findall(value) if isinstance(value, str) else ():
					yield f"{path}.execute" if doctype == "Patch Log" else path
	for source in frappe.get_all("Dashboard Chart Source", {"module": MODULE}, pluck="name"):
		yield from PATH.findall(get_config(source))


def _hooks() -> list[str]:
	"""The paths of the app's methods in the hooks that Frappe has cached for all processes."""
	return PATH.findall(json.dumps(frappe.get_hooks(), default=str))


def _resolved(path: str) -> str:
	"""The error of resolving a path, or an empty text."""
	try:
		return "" if callable(frappe.get_attr(path)) else "It is not callable."
	except Exception as error:
		return repr(error)


def _token(field: str) -> str:
	return get_decrypted_password(SETTINGS, SETTINGS, field, raise_exception=False) or ""


def _contents() -> dict[str, str]:
	"""A hash of each file's content on disk, by the name of its document."""
	files = frappe.get_all(
		"File", {"attached_to_doctype": ("is", "set"), "is_folder": 0}, ["name", "file_url"]
	)
	paths = {file.name: _path(file.file_url or "") for file in files}
	return {name: _hash(path.read_bytes()) if path.is_file() else "" for name, path in paths.items()}


def _path(url: str) -> Path:
	return Path(frappe.get_site_path(*(() if url.startswith("/private/") else ("public",)), url.lstrip("/")))


def _hash(content: bytes) -> str:
	return hashlib.sha256(content).hexdigest()


def _rights(user: str, filled: dict) -> dict:
	"""The chats that the user can open, answer and list, and the files that they can read, by label."""
	if not frappe.db.get_value("User", user, "enabled"):
		return {"opened": [], "answered": [], "listed": [], "files": []}
	frappe.set_user(user)
	try:
		opened = {label: _opened(name) for label, name in filled["conversations"].items()}
		return {
			"opened": [label for label, chat in opened.items() if chat.get("messages")],
			"answered": [label for label, chat in opened.items() if chat.get("may_reply")],
			"listed": _listed(),
			"files": _readable_files(),
		}
	finally:
		frappe.set_user("Administrator")
		frappe.clear_messages()


def _opened(conversation: str) -> dict:
	try:
		return frappe.get_attr("wa_window.api.chat.open")("Chat Conversation", conversation)
	except Exception as error:
		if getattr(error, "http_status_code", None) != 403:
			raise
		return {}


def _listed() -> list[str]:
	try:
		return frappe.get_list("Chat Conversation", pluck="name", limit=0, order_by="name asc")
	except frappe.PermissionError:
		return []


def _readable_files() -> list[str]:
	files = frappe.get_all("File", {"attached_to_doctype": "Chat Message"}, pluck="name", order_by="name asc")
	return [name for name in files if frappe.get_doc("File", name).has_permission("read")]


def _log(twilio: str) -> list[dict]:
	"""The messages that the simulated Twilio was given to send."""
	with urlopen(f"{twilio}/_sim/log?event=outbound") as answer:
		return json.load(answer)["entries"]


if __name__ == "__main__":
	run(main)
