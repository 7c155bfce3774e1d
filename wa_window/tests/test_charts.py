import secrets

import frappe
from frappe.desk.doctype.dashboard_chart_source.dashboard_chart_source import get_config
from frappe.utils import add_days, get_datetime, today

from wa_window.frappe_host.clock import epoch_ms
from wa_window.tests.site_case import AGENT, STRANGER, Panel, SiteCase

CHART = "WhatsApp Messages per Day"


class TestMessagesPerDay(SiteCase):
	def counted(self, series: str = "Inbound", **asked) -> dict[str, int]:
		chart = Panel(AGENT).get("charts.messages_per_day", chart_name=CHART, **asked).json["message"]
		values = {dataset["name"]: dataset["values"] for dataset in chart["datasets"]}
		self.assertEqual(list(values), ["Inbound", "Outbound"])
		return dict(zip(chart["labels"], values[series], strict=True))

	def message_of(self, day: str, *, linked: bool = True) -> None:
		phone = self.phone()
		chat = self.written_by(phone)
		if linked:
			self.post_process_all()
		(message,) = self.messages(chat.name)
		at_ms = epoch_ms(get_datetime(f"{day} 23:59:30"))
		self.store.change_message(message.name, sent_at_ms=at_ms)
		frappe.db.commit()

	def test_each_day_has_its_messages_and_a_day_without_any_is_shown_too(self):
		days = [add_days(today(), -days_ago) for days_ago in (3, 2, 1)]
		span = {"from_date": days[0], "to_date": days[-1], "time_interval": "Daily"}
		before = self.counted(**span)
		self.message_of(days[0])
		self.message_of(days[0])
		self.message_of(days[2])
		after = self.counted(**span)
		self.assertEqual([after[day] - before[day] for day in after], [2, 0, 1])

	def test_what_went_out_is_counted_apart(self):
		span = {"from_date": today(), "to_date": today(), "time_interval": "Daily"}
		before = [sum(self.counted(series, **span).values()) for series in ("Inbound", "Outbound")]
		phone = self.phone()
		chat = self.written_by(phone)
		self.post_process_all()
		lead = frappe.db.get_value("Chat Conversation", chat.name, ["lead_doctype", "lead"])
		answer = Panel(AGENT).post(
			"chat.reply", lead_doctype=lead[0], lead=lead[1], body="Baik", client_key=secrets.token_hex(8)
		)
		self.assertEqual(answer.status_code, 200, answer.text)
		after = [sum(self.counted(series, **span).values()) for series in ("Inbound", "Outbound")]
		self.assertEqual([after[0] - before[0], after[1] - before[1]], [1, 1])

	def test_only_messages_are_counted_that_their_user_may_see(self):
		yesterday = add_days(today(), -1)
		span = {"from_date": yesterday, "to_date": yesterday, "time_interval": "Daily"}
		before = self.counted(**span)
		self.message_of(yesterday, linked=False)  # without a lead: for managers only
		self.assertEqual(self.counted(**span), before)

	def test_the_chart_as_it_is_installed_asks_for_it(self):
		chart = frappe.get_doc("Dashboard Chart", CHART)
		self.assertEqual((chart.chart_type, chart.source), ("Custom", CHART))
		self.assertIn("wa_window.api.charts.messages_per_day", get_config(chart.source))
		self.assertGreaterEqual(len(self.counted()), 28)

	def test_who_may_not_read_messages_counts_none(self):
		asked = Panel(STRANGER).get("charts.messages_per_day", chart_name=CHART)
		self.assertEqual(asked.status_code, 403)
