"""Lists for a section: what the session's user may see, by Frappe's permissions."""

import frappe


def listed(doctype: str, filters: dict, columns: list[str], **how) -> list | None:
	"""The rows that the session's user may list; None where they may not read the DocType, or where this site has none of
	that name. Columns that it does not have, or of a level that the user may not read, are left out of the rows."""
	if not frappe.db.exists("DocType", doctype, cache=True) or not frappe.has_permission(doctype, "read"):
		return None
	known = frappe.get_meta(doctype).get_valid_columns()
	return frappe.get_list(doctype, filters, [column for column in columns if column in known], **how)
