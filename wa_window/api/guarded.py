"""Overrides (hooks.py) of Frappe's methods that would bypass the permissions of chats.

Only calls for DocTypes that contain chats are answered differently, or rejected where no screen needs them; all others go to
the overridden method, Frappe's or another app's. Each docstring says what Frappe's method does.

The return types are quoted, since Frappe does not evaluate those: it treats a return type as that of an argument named
`return` (frappe/utils/typing_validations.py, transform_parameter_types), and these methods accept arguments of any name.
"""

from typing import Any

import frappe
from frappe import _

from ..frappe_host.files.file_guard import may_use
from ..frappe_host.method_names import is_overridden
from ..frappe_host.records.permissions import contains_chats, count_listed, filters_on_chats
from ..frappe_host.records.report_permissions import is_on_chats, stop_preparing

CHART = "frappe.desk.doctype.dashboard_chart.dashboard_chart.get"
HEATMAP = "Heatmap"


@frappe.whitelist()
def search_link(doctype: str, **arguments: Any) -> "Any":
	return _search("frappe.desk.search.search_link", doctype, arguments)


@frappe.whitelist()
def search_widget(doctype: str, **arguments: Any) -> "Any":
	return _search("frappe.desk.search.search_widget", doctype, arguments)


@frappe.whitelist()
def get_link_title(doctype: str, docname: str) -> "Any":
	"""Reads the title without a permission check (frappe.desk.search.get_link_title)."""
	if contains_chats(doctype) and not frappe.has_permission(doctype, "read", docname):
		return docname
	return _before("frappe.desk.search.get_link_title", doctype=doctype, docname=docname)


@frappe.whitelist()
def get_count(doctype: str, filters: dict | list | str | None = None, **arguments: Any) -> "int":
	"""Frappe 15 counts by conditions on any field, without a permission check (frappe.client.get_count)."""
	if contains_chats(doctype):
		return count_listed(doctype, frappe.parse_json(filters) or [])
	_refuse_filters_on_chats(filters)
	return _before("frappe.client.get_count", doctype=doctype, filters=filters, **arguments)


@frappe.whitelist()
def get_chart(chart_name: str | None = None, chart: dict | str | None = None, **arguments: Any) -> "Any":
	"""Counts a heatmap without a permission check (dashboard_chart.get_heatmap_chart_config)."""
	given = (_stored_chart(chart_name) if chart_name else frappe.parse_json(chart)) or {}
	if given.get("type") == HEATMAP:
		_refuse_if(contains_chats(given.get("document_type")))
		_refuse_filters_on_chats(given.get("filters_json"), arguments.get("filters"))
	return _before(CHART, chart_name=chart_name, chart=chart, **arguments)


@frappe.whitelist()
def get_workflow_state_count(doctype: str, **arguments: Any) -> "Any":
	"""Counts the values of any column (frappe.workflow.doctype.workflow.workflow)."""
	_refuse_if(contains_chats(doctype))
	return _before(
		"frappe.workflow.doctype.workflow.workflow.get_workflow_state_count", doctype=doctype, **arguments
	)


@frappe.whitelist()
def get_monthly_goal_graph_data(goal_doctype: str, **arguments: Any) -> "Any":
	"""Frappe 15 aggregates any column by any condition (frappe.utils.goal)."""
	_refuse_if(contains_chats(goal_doctype))
	_refuse_filters_on_chats(arguments.get("filters"))
	return _before("frappe.utils.goal.get_monthly_goal_graph_data", goal_doctype=goal_doctype, **arguments)


@frappe.whitelist()
def get_group_by_count(doctype: str, field: str, **arguments: Any) -> "Any":
	"""Frappe 15 counts assignments by conditions on any field (frappe.desk.listview)."""
	_refuse_if(contains_chats(doctype) and field == "assigned_to")
	return _before("frappe.desk.listview.get_group_by_count", doctype=doctype, field=field, **arguments)


@frappe.whitelist()
def run_report(report_name: str, **arguments: Any) -> "Any":
	"""Shows what was prepared, also for others; of a report on chats nothing is (frappe.desk.query_report)."""
	if is_on_chats(report_name):
		stop_preparing(report_name)
	return _before("frappe.desk.query_report.run", report_name=report_name, **arguments)


@frappe.whitelist()
def export_query() -> "Any":
	"""Runs a report by itself, not by the override of `run` (frappe.desk.query_report)."""
	report = frappe.form_dict.report_name
	if is_on_chats(report):
		stop_preparing(report)
	return _before("frappe.desk.query_report.export_query")


@frappe.whitelist()
def make_mapped_doc(method: str, **arguments: Any) -> "Any":
	"""Calls any whitelisted method by its name, overriding one name only (frappe.model.mapper)."""
	_refuse_if(is_overridden(frappe.override_whitelisted_method(method)))
	return _before("frappe.model.mapper.make_mapped_doc", method=method, **arguments)


@frappe.whitelist()
def map_docs(method: str, **arguments: Any) -> "Any":
	"""Calls any whitelisted method by its name, overriding one name only (frappe.model.mapper)."""
	_refuse_if(is_overridden(frappe.override_whitelisted_method(method)))
	return _before("frappe.model.mapper.map_docs", method=method, **arguments)


@frappe.whitelist()
def get_all_nodes(doctype: str, tree_method: str, **arguments: Any) -> "Any":
	"""Calls any whitelisted method by its name, ignoring overrides (frappe.desk.treeview)."""
	_refuse_if(contains_chats(doctype) or is_overridden(tree_method))
	return _before(
		"frappe.desk.treeview.get_all_nodes", doctype=doctype, tree_method=tree_method, **arguments
	)


@frappe.whitelist()
def get_next(doctype: str, value: str, **arguments: Any) -> "Any":
	"""Compares with any field of any document (frappe.desk.form.utils)."""
	_refuse_if(contains_chats(doctype) and not frappe.has_permission(doctype, "read", value))
	return _before("frappe.desk.form.utils.get_next", doctype=doctype, value=value, **arguments)


@frappe.whitelist()
def get_tagged_docs(doctype: str, **arguments: Any) -> "Any":
	"""Returns the names of all tagged documents (frappe.desk.doctype.tag.tag)."""
	_refuse_if(contains_chats(doctype))
	return _before("frappe.desk.doctype.tag.tag.get_tagged_docs", doctype=doctype, **arguments)


@frappe.whitelist()
def add_attachments(attachments: list | str, **arguments: Any) -> "Any":
	"""Copies any File by its name (frappe.utils.file_manager)."""
	_refuse_if(not all(may_use(file) for file in frappe.parse_json(attachments)))
	return _before("frappe.utils.file_manager.add_attachments", attachments=attachments, **arguments)


@frappe.whitelist()
def unzip_file(name: str) -> "Any":
	"""Unpacks any File by its name (frappe.core.api.file)."""
	_refuse_if(not may_use(name))
	return _before("frappe.core.api.file.unzip_file", name=name)


@frappe.whitelist()
def get_attached_images(doctype: str, **arguments: Any) -> "Any":
	"""Returns the URLs of a document's files without a permission check (frappe.core.api.file)."""
	_refuse_if(contains_chats(doctype))
	return _before("frappe.core.api.file.get_attached_images", doctype=doctype, **arguments)


def _search(method: str, doctype: str, arguments: dict) -> Any:
	"""Frappe 15 skips all permissions by a flag of the caller, and calls a method that the caller names, ignoring overrides."""
	_refuse_if(is_overridden(arguments.get("query")))
	if contains_chats(doctype):
		arguments |= {"query": None, "ignore_user_permissions": False}
	return _before(method, doctype=doctype, **arguments)


def _stored_chart(name: str) -> dict | None:
	return frappe.db.get_value(
		"Dashboard Chart", name, ["document_type", "type", "filters_json"], as_dict=True
	)


def _refuse_filters_on_chats(*filters) -> None:
	"""A filter may join the table of another DocType."""
	_refuse_if(any(filters_on_chats(each) for each in filters))


def _refuse_if(is_refused: bool) -> None:
	if is_refused:
		frappe.throw(_("Chats cannot be requested this way."), frappe.PermissionError)


def _before(method: str, /, **arguments: Any) -> Any:
	"""Call the method that ours overrides."""
	others = [
		path
		for path in frappe.get_hooks("override_whitelisted_methods", {}).get(method, [])
		if not path.startswith("wa_window.")
	]
	return frappe.call(others[-1] if others else method, **arguments)
