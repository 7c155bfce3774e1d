"""What hooks.py puts on the apps screen: v15's page of apps, v16's desktop, Frappe CRM's list of apps."""

import frappe


class AppsScreenEntry(dict):
	"""An entry whose route is another one on a site with Frappe CRM: hooks.py is read once for all sites of a bench.

	For its lists of apps Frappe asks by `get` (frappe/apps.py). By key v16 asks once, for an icon that it stores on its desktop
	(frappe/desk/doctype/desktop_icon/desktop_icon.py, create_desktop_icons_from_installed_apps): that one leads to the Desk, whatever is
	installed later. Not two entries with different permissions: v16 looks at the first one only
	(frappe/boot.py, load_desktop_data).
	"""

	def get(self, key, default=None):
		"""The page without the Desk for Frappe CRM, whose switcher shows it."""
		if key == "route" and "crm" in frappe.get_installed_apps():
			return "/whatsapp"
		return super().get(key, default)
