"""`bench --site … wa-window …`, on one site, on all, and on those without the app."""

import re

import frappe
from click.testing import CliRunner

from wa_window.commands import _on_sites, wa_window
from wa_window.tests.site_case import SiteCase, reconnect


class TestCommands(SiteCase):
	def run_on(self, *sites: str, command: tuple[str, ...] = ("verify",)):
		site, user = frappe.local.site, frappe.session.user
		try:
			return CliRunner().invoke(wa_window, command, obj=frappe._dict(sites=list(sites), profile=False))
		finally:
			reconnect(site, user)

	def test_every_site_that_is_named_is_verified(self):
		site = frappe.local.site
		result = self.run_on(site, site)
		self.assertEqual(result.output.count(f"{site}\n"), 2, result.output)
		self.assertEqual(len(re.findall(r"\d+ differences", result.output)), 2, result.output)

	def test_what_fails_on_the_first_site_fails_the_command_though_the_last_is_right(self):
		site, user = frappe.local.site, frappe.session.user
		answers = iter([False, True])
		try:
			with self.assertRaises(SystemExit) as ended:
				_on_sites(frappe._dict(sites=[site, site]), lambda: next(answers))
		finally:
			reconnect(site, user)
		self.assertEqual((ended.exception.code, list(answers)), (1, []))

	def test_a_site_without_the_app_fails_by_its_name_alone_and_is_passed_over_among_others(self):
		site = frappe.local.site
		installed = frappe.get_installed_apps
		frappe.get_installed_apps = lambda *args, **kwargs: ["frappe"]
		try:
			alone, among = self.run_on(site), self.run_on(site, site)
		finally:
			frappe.get_installed_apps = installed
		self.assertEqual((alone.exit_code, among.exit_code), (1, 0))
		self.assertIn(f"{site}: WA Window is not installed.", alone.output)

	def test_no_site_is_no_success(self):
		self.assertIn(self.run_on().exit_code, (1, 2))  # as version 15 and 16 of Frappe say it

	def test_a_customer_is_erased_on_one_site_only(self):
		site = frappe.local.site
		result = self.run_on(site, site, command=("erase-customer", "any"))
		self.assertEqual(result.exit_code, 1)
		self.assertIn("name that site", result.output)
