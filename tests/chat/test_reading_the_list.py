"""Reconciliation with the provider's list: how far a run reads back, and which listed messages match one of unknown
outcome."""

import secrets

from wa_window.chat import delivery, tracking
from wa_window.chat.address import customer_at
from wa_window.chat.catch_up import CatchUpResult, Failure
from wa_window.chat.message import ListedMessage, StatusReport
from wa_window.chat.ports.channel import OutcomeUnknown
from wa_window.chat.reconcile import reconcile
from wa_window.tests.contract.situation import BUSINESS, HOUR_MS, ProviderList, Situation, new_sid

from .test_use_cases_on_sqlite import OnSqlite

MIN = 60 * 1000


class TestTheList(Situation, OnSqlite):
	def reconcile(self, *outbound, **more) -> int:
		self.provider = ProviderList(outbound=outbound)
		return reconcile(self.chat, self.provider, **{"until_ms": 10**15} | more)

	def listed(self, message, *, later_ms: int = 0, sid: str = "", status="sent", **more) -> ListedMessage:
		customer, at_ms = more.pop("customer", self.customer), message.sent_at_ms + later_ms
		return ListedMessage(sid or new_sid(), customer, BUSINESS, message.body, at_ms, status, **more)

	def lost(self):
		"""A message without an answer, after its lease."""
		self.written()
		message = self.reply()
		self.dispatch(OutcomeUnknown("ReadTimeout"))
		self.clock.forward(delivery.CLAIM_LEASE_MS + 10 * MIN)
		return message

	def test_reconciling_reads_back_to_a_minute_before_the_first_message_that_is_due(self):
		first = self.lost()
		self.lost()
		self.reconcile()
		assert self.provider.outbound_reads == [first.sent_at_ms - MIN]

	def test_where_nothing_waits_the_list_is_not_read(self):
		self.written()
		self.reply()
		self.dispatch()
		assert self.reconcile() == 0
		assert self.provider.outbound_reads == []

	def test_reconciling_on_request_reads_back_as_far_as_asked_though_nothing_is_due(self):
		since_ms = self.clock.at_ms - 5 * HOUR_MS
		self.reconcile(since_ms=since_ms)
		assert self.provider.outbound_reads == [since_ms - MIN]

	def test_reconciling_on_request_does_not_mark_messages_before_its_beginning(self):
		message = self.lost()
		self.reconcile(since_ms=message.sent_at_ms + 1)
		assert self.stored(message).error_code == delivery.OUTCOME_UNKNOWN_CODE
		self.reconcile(since_ms=message.sent_at_ms)
		assert self.stored(message).error_code == delivery.NOT_LISTED

	def test_a_message_of_unknown_outcome_is_matched_from_a_minute_before_its_claim_to_the_end_of_its_lease(
		self,
	):
		for later_ms, found in (
			(-MIN - 1, False),
			(-MIN, True),
			(delivery.CLAIM_LEASE_MS, True),
			(delivery.CLAIM_LEASE_MS + 1, False),
		):
			self.setUp()
			message = self.lost()
			self.reconcile(self.listed(message, later_ms=later_ms), since_ms=message.sent_at_ms - HOUR_MS)
			assert bool(self.stored(message).message_sid) == found, later_ms

	def test_a_lost_message_is_found_by_its_customers_user_id_and_not_by_another_customer(self):
		user_id = "IN." + secrets.token_hex(8)
		self.customer = customer_at(f"whatsapp:{self.phone}", user_id)
		message = self.lost()
		other = customer_at("whatsapp:+6281399999999")
		self.reconcile(self.listed(message, customer=other))
		assert self.stored(message).message_sid == ""
		self.clock.forward(HOUR_MS)
		listed = self.listed(message, customer=customer_at(f"whatsapp:{user_id}"))
		assert self.reconcile(listed) == 1
		assert self.stored(message).message_sid == listed.message_sid

	def test_blanks_that_the_list_shows_otherwise_make_no_other_message(self):
		self.written()
		message = self.reply("Masih ada,\n Pak. ")
		self.dispatch(OutcomeUnknown())
		self.clock.forward(delivery.CLAIM_LEASE_MS)
		listed = ListedMessage(
			new_sid(), self.customer, BUSINESS, "Masih ada, Pak.", message.sent_at_ms, "sent"
		)
		self.reconcile(listed)
		assert self.stored(message).message_sid == listed.message_sid

	def test_of_a_failure_in_the_list_code_text_and_the_time_of_reading_are_stored(self):
		self.written()
		message = self.reply()
		self.dispatch()
		self.clock.forward(HOUR_MS)
		sid = self.stored(message).message_sid
		error = {"error_code": "63024", "error_text": "cannot receive"}
		assert self.reconcile(self.listed(message, sid=sid, status="undelivered", **error)) == 1
		stored = self.stored(message)
		assert (stored.error_code, stored.error_text) == ("63024", "cannot receive")
		assert stored.status_times["undelivered"] == self.clock.at_ms

	def test_a_code_that_only_the_list_has_is_stored(self):
		self.written()
		message = self.reply()
		self.dispatch()
		sid = self.stored(message).message_sid
		tracking.track(self.chat, StatusReport(sid, "failed", created_at_ms=message.sent_at_ms))
		listed = self.listed(message, sid=sid, status="failed", error_code="63024")
		assert self.reconcile(listed, since_ms=message.sent_at_ms) == 1
		assert self.stored(message).error_code == "63024"

	def test_the_lists_time_is_taken_also_where_the_status_is_known(self):
		self.written()
		message = self.reply()
		self.dispatch()
		sid = self.stored(message).message_sid
		tracking.track(self.chat, StatusReport(sid, "sent"))
		self.clock.forward(HOUR_MS)
		listed = self.listed(message, sid=sid, later_ms=700)
		assert self.reconcile(listed) == 1
		stored = self.stored(message)
		assert (stored.sent_at_ms, stored.sent_at_source) == (listed.sent_at_ms, "twilio")
		assert self.reconcile(listed, since_ms=message.sent_at_ms) == 0

	def test_a_customers_message_in_the_list_of_ours_changes_nothing(self):
		message = self.written()
		assert self.reconcile(self.listed(message, sid=message.message_sid), since_ms=1) == 0
		assert self.stored(message) == message

	def test_what_could_not_be_stored_is_tried_again_only_where_it_is_of_after_the_given_moment(self):
		result = CatchUpResult(failures=[Failure(1000, ValueError())])
		assert [result.needs_repeat(ms) for ms in (999, 1000, 1001)] == [True, False, False]
