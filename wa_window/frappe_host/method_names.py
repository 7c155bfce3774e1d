"""The names by which a request may call a method of Frappe's that is overridden (api/guarded.py): all lead to the override.

Frappe overrides a method by its name, and calls it also by a former one (frappe/hooks.py), or by that of any module that imports it,
such as its own tests.

Imports nothing of ours: the hook runs before each request, also in a worker that was started before an upgrade and has older modules.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import cache

import frappe
import frappe.handler
from frappe.modules.utils import load_doctype_module

GUARDED = "wa_window.api.guarded."


def use_own_name() -> None:
	"""Hook before each request: the method is called by the name by which it is overridden."""
	if not (frappe.form_dict.cmd or frappe.request.path.startswith("/api/")):
		return
	with suppress(Exception):  # there is none of this name: Frappe says so
		name = frappe.override_whitelisted_method(_called())
		method = _method(name)
		if own := method and _own_names().get(method):
			frappe.form_dict.cmd = own  # which comes before the path (frappe/app.py, application)


def is_overridden(method: str | None) -> bool:
	"""Whether this name, which Frappe takes as it is, leads to an overridden method."""
	with suppress(Exception):
		return _method(method or "") in _own_names()
	return False


def _method(name: str) -> Callable | None:
	if "." not in name:
		return getattr(frappe.handler, name, None)
	# Frappe has a message for the user where there is no such app; an API of a Server Script may have such a name.
	return frappe.get_attr(name) if name.split(".", maxsplit=1)[0] in frappe.get_installed_apps() else None


@cache
def _own_names() -> dict[Callable, str]:
	"""The methods that are overridden by this app, as far as this version of Frappe has them, with the names by which they are."""
	found = {}
	for name, overrides in frappe.get_hooks("override_whitelisted_methods").items():
		if any(path.startswith(GUARDED) for path in overrides):
			with suppress(AttributeError, ImportError):
				found[frappe.get_attr(name)] = name
	return found


def _called() -> str:
	"""The name of the method, as Frappe reads it (app.py, application; api/v1.py and api/v2.py, handle_rpc_call)."""
	version, _found, rest = frappe.request.path.partition("/method/")
	first, _slash, second = rest.rstrip("/").partition("/")
	if second and version == "/api/v2":
		first = f"{load_doctype_module(first).__name__}.{second}"
	return frappe.form_dict.cmd or first
