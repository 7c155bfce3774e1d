"""Frappe's own methods by which chats could be read past their permissions (hooks.py puts these in their places).

Only what is asked of DocTypes that hold chats is answered otherwise, or refused where no screen of theirs needs it; all else goes
to what was in the place before, Frappe's method or another app's. Each docstring names what Frappe does.

The types of the answers stand in quotes, which Frappe does not read: it takes them for the type of an argument named `return`
(frappe/utils/typing_validations.py, transform_parameter_types), and these methods take arguments of any name.
"""

from typing import Any

import frappe
from frappe import _

from ..site.file_guard import may_use
from ..site.permissions import count_listed, holds_chats, named_in

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
	"""The title is read whoever asks (frappe.desk.search.get_link_title)."""
	if holds_chats(doctype) and not frappe.has_permission(doctype, "read", docname):
		return docname
	return _before("frappe.desk.search.get_link_title", doctype=doctype, docname=docname)


@frappe.whitelist()
def get_count(doctype: str, filters: dict | list | str | None = None, **arguments: Any) -> "int":
	"""Frappe 15 counts by conditions on any field, whoever asks (frappe.client.get_count)."""
	if holds_chats(doctype):
		return count_listed(doctype, frappe.parse_json(filters) or [])
	_refuse_named_in(filters)
	return _before("frappe.client.get_count", doctype=doctype, filters=filters, **arguments)


@frappe.whitelist()
def get_chart(chart_name: str | None = None, chart: dict | str | None = None, **arguments: Any) -> "Any":
	"""A heatmap is counted whoever asks (dashboard_chart.get_heatmap_chart_config)."""
	given = (_stored_chart(chart_name) if chart_name else frappe.parse_json(chart)) or {}
	if given.get("type") == HEATMAP:
		_refuse_if(holds_chats(given.get("document_type")))
		_refuse_named_in(given.get("filters_json"), arguments.get("filters"))
	return _before(CHART, chart_name=chart_name, chart=chart, **arguments)


@frappe.whitelist()
def get_workflow_state_count(doctype: str, **arguments: Any) -> "Any":
	"""The values of any column are counted (frappe.workflow.doctype.workflow.workflow)."""
	_refuse_if(holds_chats(doctype))
	return _before(
		"frappe.workflow.doctype.workflow.workflow.get_workflow_state_count", doctype=doctype, **arguments
	)


@frappe.whitelist()
def get_monthly_goal_graph_data(goal_doctype: str, **arguments: Any) -> "Any":
	"""Frappe 15 aggregates any column by any condition (frappe.utils.goal)."""
	_refuse_if(holds_chats(goal_doctype))
	_refuse_named_in(arguments.get("filters"))
	return _before("frappe.utils.goal.get_monthly_goal_graph_data", goal_doctype=goal_doctype, **arguments)


@frappe.whitelist()
def get_group_by_count(doctype: str, field: str, **arguments: Any) -> "Any":
	"""Frappe 15 counts assignments by conditions on any field (frappe.desk.listview)."""
	_refuse_if(holds_chats(doctype) and field == "assigned_to")
	return _before("frappe.desk.listview.get_group_by_count", doctype=doctype, field=field, **arguments)


@frappe.whitelist()
def get_all_nodes(doctype: str, **arguments: Any) -> "Any":
	"""Any whitelisted method is called by its name, past what stands in its place (frappe.desk.treeview)."""
	_refuse_if(holds_chats(doctype))
	return _before("frappe.desk.treeview.get_all_nodes", doctype=doctype, **arguments)


@frappe.whitelist()
def get_next(doctype: str, value: str, **arguments: Any) -> "Any":
	"""Compared with any document's field (frappe.desk.form.utils)."""
	_refuse_if(holds_chats(doctype) and not frappe.has_permission(doctype, "read", value))
	return _before("frappe.desk.form.utils.get_next", doctype=doctype, value=value, **arguments)


@frappe.whitelist()
def get_tagged_docs(doctype: str, **arguments: Any) -> "Any":
	"""All tagged documents are named (frappe.desk.doctype.tag.tag)."""
	_refuse_if(holds_chats(doctype))
	return _before("frappe.desk.doctype.tag.tag.get_tagged_docs", doctype=doctype, **arguments)


@frappe.whitelist()
def add_attachments(attachments: list | str, **arguments: Any) -> "Any":
	"""Any File is copied by its name (frappe.utils.file_manager)."""
	_refuse_if(not all(may_use(file) for file in frappe.parse_json(attachments)))
	return _before("frappe.utils.file_manager.add_attachments", attachments=attachments, **arguments)


@frappe.whitelist()
def unzip_file(name: str) -> "Any":
	"""Any File is unpacked by its name (frappe.core.api.file)."""
	_refuse_if(not may_use(name))
	return _before("frappe.core.api.file.unzip_file", name=name)


@frappe.whitelist()
def get_attached_images(doctype: str, **arguments: Any) -> "Any":
	"""Addresses of files are told to whoever knows what they belong to (frappe.core.api.file)."""
	_refuse_if(holds_chats(doctype))
	return _before("frappe.core.api.file.get_attached_images", doctype=doctype, **arguments)


def _search(method: str, doctype: str, arguments: dict) -> Any:
	"""Frappe 15 skips all permissions at a flag of the caller's, and runs a query of the caller's choice."""
	if holds_chats(doctype):
		arguments |= {"query": None, "ignore_user_permissions": False}
	return _before(method, doctype=doctype, **arguments)


def _stored_chart(name: str) -> dict | None:
	return frappe.db.get_value(
		"Dashboard Chart", name, ["document_type", "type", "filters_json"], as_dict=True
	)


def _refuse_named_in(*filters) -> None:
	"""A condition may join a table of another DocType than is asked for."""
	_refuse_if(any(named_in(each) for each in filters))


def _refuse_if(is_refused: bool) -> None:
	if is_refused:
		frappe.throw(_("Chats cannot be asked for in this way."), frappe.PermissionError)


def _before(method: str, **arguments: Any) -> Any:
	"""What was in a method's place before ours."""
	others = [
		path
		for path in frappe.get_hooks("override_whitelisted_methods", {}).get(method, [])
		if not path.startswith("wa_window.")
	]
	return frappe.call(others[-1] if others else method, **arguments)
