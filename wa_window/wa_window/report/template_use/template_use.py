from frappe import _

from wa_window.frappe_host.desk import template_use


def execute(filters: dict) -> tuple[list[dict], list[dict], str]:
	return columns(), template_use.rows(), _("Messages of the last {0} days.").format(template_use.DAYS)


def columns() -> list[dict]:
	counts = {"used": _("Used"), "delivered": _("Delivered"), "read_by": _("Read"), "failed": _("Failed")}
	return [
		{"fieldname": "friendly_name", "label": _("Template"), "fieldtype": "Data", "width": 240},
		{"fieldname": "language", "label": _("Language"), "fieldtype": "Data", "width": 90},
		{"fieldname": "category", "label": _("Category"), "fieldtype": "Data", "width": 120},
		{"fieldname": "approval_status", "label": _("Approval Status"), "fieldtype": "Data", "width": 140},
		{"fieldname": "approval_status_since", "label": _("Since"), "fieldtype": "Datetime", "width": 170},
		*(
			{"fieldname": name, "label": label, "fieldtype": "Int", "width": 100}
			for name, label in counts.items()
		),
		{"fieldname": "last_used", "label": _("Last Used"), "fieldtype": "Datetime", "width": 170},
		{
			"fieldname": "name",
			"label": _("Content SID"),
			"fieldtype": "Link",
			"options": "Content Template",
			"width": 280,
		},
	]
