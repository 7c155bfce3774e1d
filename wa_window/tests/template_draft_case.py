"""Base of the tests of templates that are written here: a draft, and a simulated Twilio."""

from unittest.mock import patch

import frappe

from playground.twilio_sim import Clock, SimulatedTwilio, serve
from wa_window.frappe_host.clock import SystemClock
from wa_window.frappe_host.jobs import template_approvals
from wa_window.frappe_host.template_drafts.stored import DOCTYPE
from wa_window.tests.site_case import HOUR_MS, MANAGER, SiteCase, fill_in_settings, reach_twilio_at

TEMPLATE = "Content Template"


class TemplateDraftCase(SiteCase):
	def setUp(self):
		super().setUp()
		frappe.db.delete(DOCTYPE)
		frappe.db.delete(TEMPLATE)
		frappe.db.delete("Notification Log", {"document_type": DOCTYPE})
		self.sim = SimulatedTwilio(Clock())
		self.sim.contents.clear()
		self.running = serve(self.sim)
		self.addCleanup(self.running.close)
		reach_twilio_at(self.running.url)
		self.addCleanup(reach_twilio_at, None)
		fill_in_settings(account_sid=self.sim.account.sid, auth_token=self.sim.account.auth_token)
		frappe.db.commit()

	def draft(self, **values):
		frappe.set_user(MANAGER)
		doc = frappe.get_doc(
			{
				"doctype": DOCTYPE,
				"template_name": "order_update",
				"language": "en",
				"category": "UTILITY",
				"kind": "Text",
				"body": "Hi {{1}}, your flight departs from gate {{2}} soon. Thank you.",
				"samples": [{"variable": "1", "sample": "Budi"}, {"variable": "2", "sample": "B4"}],
				**values,
			}
		).insert()
		frappe.set_user("Administrator")
		frappe.db.commit()
		return doc

	def status(self, draft) -> str:
		return self.now(draft).status

	def now(self, draft):
		frappe.db.rollback()
		return frappe.get_doc(DOCTYPE, draft.name)

	def later(self, hours: float = 24) -> None:
		"""The job's next run, after so many hours."""
		now_ms = SystemClock().now_ms() + int(hours * HOUR_MS)
		frappe.db.commit()
		with patch.object(SystemClock, "now_ms", return_value=now_ms):
			template_approvals.follow()

	def bells(self, user: str = MANAGER) -> list[str]:
		frappe.db.rollback()
		of_drafts = {"document_type": DOCTYPE, "for_user": user}
		return frappe.get_all("Notification Log", of_drafts, pluck="subject", order_by="creation asc")

	def decide(self, status: str, reason: str = "") -> None:
		for content in self.sim.contents.values():
			content.approval_status, content.rejection_reason = status, reason
