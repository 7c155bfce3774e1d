"""The inbox on a page of its own, for those who work in Frappe CRM or on a phone."""

from urllib.parse import urlencode

import frappe
from frappe.utils.jinja_globals import is_rtl

from wa_window.chat.errors import NotPermitted
from wa_window.frappe_host.clock import current_locale
from wa_window.frappe_host.desk.chat_page import settings_json
from wa_window.frappe_host.records.permissions import require_role

no_cache = 1
THEMES = ("light", "dark", "automatic")


def get_context(context) -> None:
	if frappe.session.user == "Guest":
		path = frappe.request.full_path.rstrip("?")
		frappe.local.flags.redirect_location = f"/login?{urlencode({'redirect-to': path})}"
		raise frappe.Redirect
	theme = (frappe.db.get_value("User", frappe.session.user, "desk_theme") or "").lower()
	context.update(
		{
			"lang": frappe.local.lang,
			"direction": "rtl" if is_rtl() else "ltr",
			"theme": theme if theme in THEMES else "light",
		}
	)
	try:
		require_role()
	except NotPermitted as error:
		context.update({"http_status_code": 403, "refusal": error.sentence.render(current_locale())})
		return
	context.settings = settings_json()
	frappe.db.commit()  # nosemgrep: frappe-manual-commit - a CSRF token may be new; GET requests are rolled back
