"""Frappe's own methods that would show our documents to who may not read them (hooks.py puts these in their places).

Only what is asked of our DocTypes is answered otherwise; all else goes to what was in the place before, Frappe's method or
another app's.
"""

import frappe
from frappe import _

from ..site.permissions import count_listed, is_ours, named_in

CHART = "frappe.desk.doctype.dashboard_chart.dashboard_chart.get"
HEATMAP = "Heatmap"


@frappe.whitelist()
def search_link(doctype: str, **arguments):
	return _search("frappe.desk.search.search_link", doctype, arguments)


@frappe.whitelist()
def search_widget(doctype: str, **arguments):
	return _search("frappe.desk.search.search_widget", doctype, arguments)


@frappe.whitelist()
def get_link_title(doctype: str, docname: str):
	"""Frappe reads the title whoever asks (frappe.desk.search.get_link_title)."""
	if is_ours(doctype) and not frappe.has_permission(doctype, "read", docname):
		return docname
	return _before("frappe.desk.search.get_link_title", doctype=doctype, docname=docname)


@frappe.whitelist()
def get_count(doctype: str, filters: dict | list | str | None = None, **arguments) -> int:
	"""Frappe 15 counts by conditions on any field, whoever asks (frappe.client.get_count)."""
	if is_ours(doctype):
		return count_listed(doctype, frappe.parse_json(filters) or [])
	_refuse_ours(filters)
	return _before("frappe.client.get_count", doctype=doctype, filters=filters, **arguments)


@frappe.whitelist()
def get_chart(chart_name: str | None = None, chart: dict | str | None = None, **arguments):
	"""Frappe counts a heatmap whoever asks (get_heatmap_chart_config), and keeps any chart's answer for the next who asks
	(frappe.utils.dashboard.cache_source)."""
	given = frappe.parse_json(chart) or {}
	stored = chart_name or given.get("name")
	shown = (
		frappe.db.get_value("Dashboard Chart", stored, ["document_type", "type"], as_dict=True)
		if stored
		else None
	)
	asked = [each for each in (given, shown) if each]
	if any(is_ours(each.get("document_type")) for each in asked):
		if any(each.get("type") == HEATMAP for each in asked):
			frappe.throw(
				_("Chats are not shown as a heatmap: choose another type of chart."), frappe.PermissionError
			)
		arguments["refresh"] = 1
	else:
		_refuse_ours(arguments.get("filters"), given.get("filters_json"))
	return _before(CHART, chart_name=chart_name, chart=chart, **arguments)


def _search(method: str, doctype: str, arguments: dict):
	"""Frappe 15 skips all permissions at a flag of the caller's, and runs a query of the caller's choice."""
	if is_ours(doctype):
		arguments |= {"query": None, "ignore_user_permissions": False}
	return _before(method, doctype=doctype, **arguments)


def _refuse_ours(*filters) -> None:
	"""A filter may join a table of another DocType than is asked for."""
	if any(map(named_in, filters)):
		raise frappe.PermissionError


def _before(method: str, **arguments):
	"""What was in a method's place before ours."""
	others = [
		path
		for path in frappe.get_hooks("override_whitelisted_methods", {}).get(method, [])
		if not path.startswith("wa_window.")
	]
	return frappe.call(others[-1] if others else method, **arguments)
