"""The report Answer Times on a real site: whose messages it reads, how it groups them, and the working hours of Settings."""

import json
import tracemalloc
from datetime import datetime, timedelta
from unittest.mock import patch

import frappe

from wa_window.chat import work_state
from wa_window.chat.message import INBOUND, OUTBOUND, TWILIO, Message
from wa_window.frappe_host.bootstrap import chat_service
from wa_window.frappe_host.clock import epoch_ms
from wa_window.frappe_host.desk import answer_times, readable_chats
from wa_window.frappe_host.store import database
from wa_window.frappe_host.store.raw_rows import insert_all, new_name
from wa_window.tests.site_case import (
	AGENT,
	BUSINESS,
	MANAGER,
	OTHER_BUSINESS,
	STRANGER,
	Panel,
	SiteCase,
	call,
	fill_in_settings,
	sentences,
)

OTHER_AGENT = "wa-other-agent@example.com"
WEDNESDAY = datetime(2024, 5, 15)
WEEK = {"from_date": "2024-05-13", "to_date": "2024-05-19"}
WORK = {
	**dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), 1),
	**dict.fromkeys(("saturday", "sunday"), 0),
	"work_begins": "09:00:00",
	"work_ends": "17:00:00",
	"holiday_list": "",
}
HOUR_S = 60 * 60
CHAT = "Chat Conversation"
MANY = "many-"


class TestAnswerTimes(SiteCase):
	people = {**SiteCase.people, OTHER_AGENT: "WA Window Agent"}  # noqa: RUF012 - as the base class has it

	def setUp(self):
		super().setUp()
		fill_in_settings(**WORK)
		frappe.db.delete("Chat Message", {"sent_at": ("<", "2024-07-01")})
		frappe.db.commit()

	def chat(self, sender: str = BUSINESS, **lead) -> str:
		phone = self.phone()
		self.lead(phone, **lead)
		self.written_by(phone, To=sender)
		self.post_process_all()
		return self.conversation_of(phone).name

	def said(self, chat: str, hour: float, by: str = "", *, days: int = 0, **values) -> Message:
		"""A message at an hour of the Wednesday: the customer's, or `by` a user's."""
		at_ms = epoch_ms(WEDNESDAY + timedelta(days=days, hours=hour))
		values = {"sent_at_ms": at_ms, "stored_at_ms": at_ms, "sent_at_source": TWILIO, **values}
		values.setdefault("delivery_status", "read" if by else "received")
		message = Message(chat, OUTBOUND if by else INBOUND, "text", "Halo", owner=by, **values)
		added = self.store.add_message(message)
		frappe.db.commit()
		return added

	def run_as(self, user: str, **filters):
		filters = json.dumps(WEEK | filters)
		asked = {"report_name": "Answer Times", "filters": filters}
		return call(
			"GET", "/api/method/frappe.desk.query_report.run", headers=Panel(user).headers, json=asked
		)

	def report(self, user: str = MANAGER, **filters) -> dict:
		response = self.run_as(user, **filters)
		self.assertEqual(response.status_code, 200, response.text)
		rows = response.json["message"]["result"]
		return {row["group"]: row for row in rows}

	def test_a_day_has_the_average_times_within_and_outside_working_hours(self):
		chat, other = self.chat(), self.chat()
		self.said(chat, 8)
		self.said(chat, 10, by=AGENT)
		self.said(chat, 11)
		self.said(chat, 12, by=AGENT)
		self.said(other, 12)
		day = self.report()["2024-05-15"]
		self.assertEqual((day["answered"], day["unanswered"], day["first_answers"]), (2, 1, 1))
		times = (day["first_time"], day["first_within"], day["first_outside"])
		self.assertEqual(times, (2 * HOUR_S, HOUR_S, HOUR_S))
		times = (day["answer_time"], day["answer_within"], day["answer_outside"])
		self.assertEqual(times, (1.5 * HOUR_S, HOUR_S, 0.5 * HOUR_S))

	def test_a_wait_belongs_to_the_day_on_which_it_began_whenever_it_was_answered(self):
		chat = self.chat()
		self.said(chat, 16, days=4)
		self.said(chat, 10, days=6, by=AGENT)
		self.assertEqual(list(self.report()), ["2024-05-19"])
		self.assertEqual(self.report()["2024-05-19"]["answer_within"], 2 * HOUR_S - HOUR_S + 8 * HOUR_S)
		later = {"from_date": "2024-05-20", "to_date": "2024-05-21"}
		self.assertEqual(self.report(**later), {})

	def test_what_was_asked_before_the_first_day_is_no_new_wait_on_it(self):
		chat = self.chat()
		self.said(chat, 16, days=-3)
		self.said(chat, 9, days=-2)
		self.said(chat, 10, days=-2, by=AGENT)
		self.assertEqual(self.report(), {})

	def test_a_wait_from_long_before_that_ends_within_the_days_makes_way_for_another(self):
		chat = self.chat()
		for days in (-11, -5, 1):
			self.said(chat, 10, days=days)
		self.said(chat, 12, days=1, by=AGENT)
		report = self.report()
		self.assertEqual(list(report), ["2024-05-16"])
		self.assertEqual((report["2024-05-16"]["answered"], report["2024-05-16"]["first_answers"]), (1, 1))
		before = self.report(from_date="2024-05-01", to_date="2024-05-12")
		self.assertEqual({day: row["unanswered"] for day, row in before.items()}, {"2024-05-04": 1})

	def test_who_wrote_a_moment_ago_is_waiting_and_who_wrote_yesterday_was_not_answered(self):
		chat = self.chat()
		today = {"from_date": str(frappe.utils.getdate()), "to_date": str(frappe.utils.getdate())}
		day = self.report(**today)[today["to_date"]]
		waiting, unanswered = day["waiting"], day["unanswered"]
		self.assertGreaterEqual(waiting, 1)
		self.age(chat, 25)
		days = {"from_date": str(frappe.utils.add_days(today["from_date"], -2)), "to_date": today["to_date"]}
		found = self.report(group_by="Sender", **days)
		self.assertEqual(sum(row["waiting"] for row in found.values()), waiting - 1)
		self.assertEqual(sum(row["unanswered"] for row in found.values()), unanswered + 1)

	def test_agents_have_their_own_answers_and_another_programs_are_nobodys(self):
		chat = self.chat()
		for hour, author, values in (
			(9, AGENT, {}),
			(11, MANAGER, {"content_template": "HX" + "0" * 32}),
			(13, "Guest", {"sent_outside": True}),
			(15, AGENT, {"delivery_status": "failed"}),
		):
			self.said(chat, hour)
			self.said(chat, hour + 0.5, by=author, **values)
		agents = self.report(group_by="Agent")
		self.assertEqual(
			{name: row["answered"] for name, row in agents.items()}, {"": 1, AGENT: 1, MANAGER: 1}
		)
		self.assertEqual((agents[""]["unanswered"], agents[""]["answer_time"]), (1, None))
		self.assertEqual(agents[AGENT]["answer_time"], HOUR_S / 2)
		self.assertEqual(list(self.report(group_by="Agent", agent=MANAGER)), [MANAGER])

	def test_senders_are_grouped_and_chosen(self):
		for sender in (BUSINESS, OTHER_BUSINESS):
			chat = self.chat(sender)
			self.said(chat, 9)
			self.said(chat, 10, by=AGENT)
		self.assertEqual(set(self.report(group_by="Sender")), {"Sales ID", "Support"})
		self.assertEqual(set(self.report(group_by="Sender", sender=OTHER_BUSINESS)), {"Support"})

	def test_no_answer_needed_ends_a_wait_for_good(self):
		"""Done is said again later: what was said earlier stays with its message."""
		chat = self.chat()
		seen = self.said(chat, 9)
		work_state.done(chat_service(), chat, seen=seen.name)
		self.said(chat, 11, days=1)
		self.said(chat, 12, days=1, by=AGENT)
		work_state.done(chat_service(), chat)
		report = self.report()
		self.assertEqual((report["2024-05-15"]["no_answer_needed"], report["2024-05-15"]["answered"]), (1, 0))
		self.assertEqual(report["2024-05-16"]["answer_time"], HOUR_S)

	def test_a_user_counts_only_the_chats_that_they_may_read(self):
		chats = [self.chat(lead_name=name) for name in ("Mine", "Theirs")]
		for chat in chats:
			self.said(chat, 9)
			self.said(chat, 10, by=AGENT)
		for user, chat in zip((AGENT, OTHER_AGENT), chats, strict=True):
			lead = self.store.conversation(chat).lead
			values = {"user": user, "allow": "Chat Lead", "for_value": lead}
			self.addCleanup(frappe.get_doc({"doctype": "User Permission", **values}).insert().delete)
		self.said(chats[1], 11)
		frappe.db.commit()
		counted = {user: self.report(user)["2024-05-15"] for user in (AGENT, OTHER_AGENT, MANAGER)}
		self.assertEqual(
			{user: day["answered"] for user, day in counted.items()}, {AGENT: 1, OTHER_AGENT: 1, MANAGER: 2}
		)
		self.assertEqual([day["unanswered"] for day in counted.values()], [0, 1, 1])
		self.assertEqual(self.run_as(STRANGER).status_code, 403)

	def test_a_chat_without_a_lead_is_the_managers(self):
		phone = self.phone()
		chat = self.written_by(phone).name
		self.said(chat, 9)
		self.assertEqual(self.report(MANAGER)["2024-05-15"]["unanswered"], 1)
		self.assertEqual(self.report(AGENT), {})

	def test_the_chart_shows_minutes_of_working_time(self):
		chat = self.chat()
		self.said(chat, 8)
		self.said(chat, 9.5, by=AGENT)
		shown = self.run_as(MANAGER, group_by="Agent").json["message"]["chart"]["data"]
		self.assertEqual(shown["labels"], ["wa-agent"])
		self.assertEqual([series["values"] for series in shown["datasets"]], [[30], [30]])

	def test_more_than_a_year_is_refused_with_a_sentence(self):
		response = self.run_as(MANAGER, from_date="2020-01-01", to_date="2024-12-31")
		self.assertEqual((response.status_code, "366" in sentences(response)), (417, True))

	def test_many_messages_are_read_in_few_statements(self):
		chats = [self.chat() for _number in range(3)]
		for chat in chats:
			self.said(chat, 9)
			self.said(chat, 10, by=AGENT)
		statements = []
		run = database.run

		def counted(*args, **how):
			statements.append(args)
			return run(*args, **how)

		database.run = counted
		try:
			self.assertEqual(self.report()["2024-05-15"]["answered"], 3)
		finally:
			database.run = run
		self.assertEqual(len(statements), 1)

	def answered_chats(self, count: int) -> None:
		at_ms = epoch_ms(WEDNESDAY)
		theirs = {"direction": INBOUND, "delivery_status": "received"}
		ours = {"direction": OUTBOUND, "delivery_status": "read", "owner": AGENT}
		chats = [{"name": new_name(), "customer": MANY + new_name()} for _number in range(count)]
		insert_all(
			CHAT, [{**chat, "business_address": BUSINESS, "last_message_at_ms": at_ms} for chat in chats]
		)
		for said, values in enumerate((theirs, ours)):
			times = {"sent_at": WEDNESDAY, "sent_at_ms": at_ms + said, "stored_at_ms": at_ms + said}
			rows = [{"name": new_name(), "conversation": chat["name"], **values, **times} for chat in chats]
			insert_all("Chat Message", rows)
		frappe.db.commit()

	def peak_bytes(self, answered: int) -> int:
		tracemalloc.start()
		try:
			with patch.object(readable_chats, "AT_A_TIME", 100), patch.object(answer_times, "AT_A_TIME", 100):
				(day,) = answer_times.rows(*WEEK.values())
			self.assertEqual(day["answered"], answered)
			return tracemalloc.get_traced_memory()[1]
		finally:
			tracemalloc.stop()

	def test_its_memory_does_not_grow_with_the_number_of_chats(self):
		self.addCleanup(frappe.db.commit)
		self.addCleanup(frappe.db.delete, CHAT, {"customer": ("like", f"{MANY}%")})
		self.answered_chats(300)
		self.peak_bytes(300)
		few = self.peak_bytes(300)
		self.answered_chats(2700)
		self.assertLess(self.peak_bytes(3000), 1.2 * few)


class TestWorkingHoursOfSettings(SiteCase):
	def test_they_end_after_they_begin_and_midnight_is_the_end_of_the_day(self):
		for begins, ends in (("09:00", "17:00"), ("09:00", "00:00")):
			fill_in_settings(work_begins=begins, work_ends=ends)
		with self.assertRaises(frappe.ValidationError):
			fill_in_settings(work_begins="17:00", work_ends="09:00")

	def test_a_list_that_does_not_exist_is_refused(self):
		self.assertRaises(frappe.ValidationError, lambda: fill_in_settings(holiday_list="Nothing"))
