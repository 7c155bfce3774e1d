from frappe import _

from wa_window.frappe_host.desk import leads_by_ad
from wa_window.frappe_host.desk.http_errors import chat_errors_as_http


@chat_errors_as_http
def execute(filters: dict) -> tuple[list[dict], list[dict]]:
	return columns(), leads_by_ad.rows(filters.get("from_date"), filters.get("to_date"))


def columns() -> list[dict]:
	return [
		{"fieldname": "ad_title", "label": _("Ad"), "fieldtype": "Data", "width": 280},
		{"fieldname": "ad_id", "label": _("Ad ID"), "fieldtype": "Data", "width": 190},
		{"fieldname": "chats", "label": _("Chats"), "fieldtype": "Int", "width": 100},
		{"fieldname": "leads", "label": _("Leads"), "fieldtype": "Int", "width": 100},
		{"fieldname": "ad_url", "label": _("Ad URL"), "fieldtype": "Data", "width": 240},
	]
