"""The app `visits_app` on a site: another app whose hooks.py alone makes its DocType a record type.

Frappe reads further apps of one site from the site's own apps.txt (frappe/__init__.py, get_all_apps, with_internal_apps), so the
bench and its other sites do not know of it. As a package of ours it can be imported wherever we can: a killed run leaves a site that
works, and the next run removes the app.
"""

from pathlib import Path

import frappe
from frappe.installer import install_app, remove_app

APP = "wa_window.tests.visits_app"
DOCTYPE = "WA Window Test Visit"


def make_available() -> None:
	"""Add it to the site's apps: processes that load our hooks from now on know its DocType."""
	_write([*_apps(), APP])


def install() -> None:
	install_app(APP)


def remove() -> None:
	"""Uninstall it and take it from the site's apps; idempotent."""
	if APP in frappe.get_installed_apps():
		remove_app(APP, yes=True, no_backup=True)
	if APP in (apps := _apps()):
		_write([app for app in apps if app != APP])


def _apps() -> list[str]:
	return frappe.get_file_items(str(_path()))


def _write(apps: list[str]) -> None:
	if apps:
		_path().write_text("".join(f"{app}\n" for app in apps))
	else:
		_path().unlink()
	frappe.clear_cache()


def _path() -> Path:
	return Path(frappe.get_site_path("apps.txt"))
