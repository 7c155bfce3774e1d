"""When attempts and lookups are repeated, and the events that are published."""

from unittest.mock import patch

import pytest

from wa_window.chat import delivery, dispatch, fetch_files, sendable_media, tracking
from wa_window.chat.message import Media, StatusReport
from wa_window.chat.ports.channel import Accepted, OutcomeUnknown, Rejected, Retryable
from wa_window.chat.ports.files import FetchFailed
from wa_window.tests.contract.files import Fetcher, FilesContract, Folder
from wa_window.tests.contract.situation import HOUR_MS, Channel, Situation, new_sid, rejected

from .test_use_cases_on_sqlite import OnSqlite

S, MIN = 1000, 60 * 1000


class TestSending(Situation, OnSqlite):
	def is_looked_for_at(self, message, at_ms: int) -> bool:
		return message.name in [each.name for each in self.store.due_for_reconciliation(at_ms, 100)]

	def test_a_busy_provider_is_left_alone_for_longer_each_time_and_for_fifteen_minutes_at_most(self):
		self.written()
		message = self.reply()
		pauses = []
		for _ in range(dispatch.MAX_ATTEMPTS - 1):
			self.dispatch(Retryable("20429"))
			due_ms = self.stored(message).next_attempt_at_ms
			pauses.append((due_ms - self.clock.at_ms) // S)
			self.clock.at_ms = due_ms
		assert pauses == [5, 15, 45, 135, 405, 900, 900]
		assert (self.stored(message).delivery_status, self.stored(message).attempts) == ("queued", 7)

	def test_an_accepted_message_is_looked_up_after_five_minutes(self):
		self.written()
		message = self.reply()
		self.dispatch()
		accepted_ms = self.clock.at_ms
		assert not self.is_looked_for_at(message, accepted_ms + 5 * MIN - 1)
		assert self.is_looked_for_at(message, accepted_ms + 5 * MIN)

	def test_a_sent_message_is_looked_up_five_minutes_after_it_was_written(self):
		self.written()
		message = self.reply()
		self.dispatch()
		self.clock.forward(20 * S)
		self.track(message, "sent")
		assert not self.is_looked_for_at(message, message.sent_at_ms + 5 * MIN - 1)
		assert self.is_looked_for_at(message, message.sent_at_ms + 5 * MIN)

	def test_a_message_of_unknown_outcome_is_looked_up_from_the_end_of_its_lease_on(self):
		self.written()
		message = self.reply()
		self.dispatch(OutcomeUnknown("ReadTimeout"))
		ends_ms = self.clock.at_ms + delivery.CLAIM_LEASE_MS
		assert not self.is_looked_for_at(message, ends_ms - 1)
		assert self.is_looked_for_at(message, ends_ms)

	def test_a_failed_or_canceled_message_is_never_looked_up(self):
		self.written()
		refused = self.reply()
		self.dispatch(Rejected("63003"))
		closed, gone = self.reply(), self.reply()
		self.store.transaction(lambda: self.store.change_message(gone.name, conversation="erased"))
		self.clock.forward(24 * HOUR_MS)
		self.dispatch()
		statuses = [self.stored(message).delivery_status for message in (refused, closed, gone)]
		assert statuses == ["failed", "failed", "canceled"]
		for message in (refused, closed, gone):
			assert not self.is_looked_for_at(message, 10**14)

	def test_a_claim_is_given_up_after_two_minutes_and_not_before(self):
		self.written()
		message = self.reply()

		class Dying(Channel):
			def send(self, outgoing):
				raise KeyboardInterrupt

		with pytest.raises(KeyboardInterrupt):
			self.dispatch_by(Dying())
		self.clock.forward(2 * MIN)
		self.dispatch()
		assert self.stored(message).delivery_status == "sending"
		self.clock.forward(1)
		self.events.changed.clear()
		self.dispatch()
		stored = self.stored(message)
		assert (stored.delivery_status, stored.error_code) == ("unknown", "no_answer")
		assert stored.error_text == ""
		assert self.events.changed == [message.conversation]

	def test_a_claim_whose_message_was_reported_meanwhile_is_not_given_up(self):
		self.written()
		message = self.reply()
		self.store.transaction(
			lambda: self.store.change_message(message.name, delivery_status="sending", claimed_at_ms=1)
		)
		lost = [self.stored(message)]
		self.track(message, "sent", by_name=True)
		with patch.object(self.store, "claimed_outside", return_value=lost):
			self.dispatch()
		assert self.stored(message).delivery_status == "sent"

	def test_a_chat_that_is_erased_while_its_message_is_at_the_provider_is_no_fault(self):
		self.written()
		message, store = self.reply(), self.store

		class Erased(Channel):
			def send(self, outgoing):
				store.transaction(lambda: store._run("DELETE FROM message"))
				store.transaction(lambda: store._run("DELETE FROM conversation"))
				return super().send(outgoing)

		self.dispatch_by(Erased())
		assert self.stored(message) is None
		assert self.pair() is None

	def test_every_outcome_of_a_message_is_published_for_its_chat(self):
		self.written()
		for answer in (
			Accepted(new_sid(), "queued"),
			OutcomeUnknown(),
			Retryable("20429"),
			Rejected("63003"),
		):
			message = self.reply()
			self.events.changed.clear()
			self.dispatch(answer)
			assert self.events.changed == [message.conversation], answer
			self.clock.forward(HOUR_MS)
			self.dispatch()
		waiting = self.reply()
		self.clock.forward(24 * HOUR_MS)
		self.events.changed.clear()
		self.dispatch()
		assert self.events.changed == [waiting.conversation]

	def test_an_answer_that_came_at_last_leaves_no_error_behind(self):
		self.written()
		message = self.reply()
		self.dispatch(OutcomeUnknown("ReadTimeout"))
		self.track(message, "sent", by_name=True)
		assert (self.stored(message).error_code, self.stored(message).error_text) == ("", "")

	def test_of_what_the_provider_refused_its_code_and_words_are_kept(self):
		self.written()
		message = self.reply()
		self.dispatch(Rejected("63003", "not on WhatsApp"))
		assert self.stored(message).error_text == "not on WhatsApp"
		reported = self.reply()
		self.dispatch()
		sid = self.stored(reported).message_sid
		for code, text in (("", ""), ("63024", "cannot receive")):
			report = StatusReport(sid, "failed", error_code=code, error_text=text)
			tracking.track(self.chat, report)
			assert (self.stored(reported).error_code, self.stored(reported).error_text) == (code, text)

	def test_the_list_shows_the_agents_message_and_its_time_as_soon_as_it_is_written(self):
		self.written("Halo")
		self.clock.forward(1000)
		message = self.reply("Masih ada, Pak.")
		pair = self.pair()
		assert (pair.last_message_preview, pair.last_message_at_ms) == ("Masih ada, Pak.", message.sent_at_ms)
		self.clock.forward(1000)
		template = self.send_template()
		assert self.pair().last_message_preview == template.body

	def test_the_providers_own_time_puts_a_message_in_its_place(self):
		self.written("Halo", hours_ago=1)
		message = self.reply("first")
		self.clock.forward(60 * S)
		self.written("second")
		sid, at_ms = new_sid(), self.clock.at_ms + S
		report = StatusReport(sid, "sent", message=message.name, created_at_ms=at_ms)
		tracking.track(self.chat, report)
		stored, pair = self.stored(message), self.pair()
		assert (stored.sent_at_ms, stored.sent_at_source) == (at_ms, "twilio")
		assert (pair.last_message_preview, pair.last_message_at_ms) == ("first", at_ms)
		later = StatusReport(sid, "delivered", created_at_ms=at_ms + 5000)
		tracking.track(self.chat, later)
		assert self.stored(message).sent_at_ms == at_ms

	def test_a_rejection_at_sending_closes_the_window_as_a_report_does(self):
		self.written()
		message = self.reply()
		self.dispatch(rejected("63016"))
		assert self.pair().provider_closed_at_ms == message.sent_at_ms

	def test_a_failure_that_is_reported_with_its_code_is_never_looked_up(self):
		self.written()
		message = self.reply()
		self.dispatch()
		self.track(message, "undelivered", code="63024")
		assert self.stored(message).next_attempt_at_ms == 0

	def test_a_status_that_comes_without_a_time_is_reached_at_none(self):
		self.written()
		message = self.reply()
		self.dispatch()
		self.track(message, "delivered")
		assert list(self.stored(message).status_times) == ["queued"]


class TestFiles(Situation, OnSqlite):
	photographed, fetch, file_of = FilesContract.photographed, FilesContract.fetch, FilesContract.file_of

	def test_a_file_that_is_not_to_be_had_is_asked_for_after_longer_pauses(self):
		message = self.photographed()
		pauses = []
		for _ in range(fetch_files.MAX_ATTEMPTS - 1):
			self.fetch(FetchFailed())
			due_ms = self.file_of(message).next_attempt_at_ms
			pauses.append((due_ms - self.clock.at_ms) // MIN)
			self.clock.at_ms = due_ms
		assert pauses == [1, 3, 9, 27]

	def test_fetching_returns_how_many_files_were_processed_and_publishes_which_chats_changed(self):
		messages = [self.photographed(count=2), self.photographed()]
		self.events.changed.clear()
		fetched = fetch_files.fetch_files(
			self.chat,
			Fetcher(FetchFailed(), FetchFailed(), FetchFailed()),
			Folder(),
			largest=1,
			until_ms=10**15,
		)
		assert fetched == 3
		assert set(self.events.changed) == {message.conversation for message in messages}

	def test_from_its_deadline_on_no_file_is_fetched_or_counted(self):
		message = self.photographed()
		fetched = fetch_files.fetch_files(
			self.chat, Fetcher(), Folder(), largest=1, until_ms=self.clock.at_ms
		)
		assert (fetched, self.file_of(message).attempts) == (0, 0)

	def test_no_more_than_the_largest_size_is_asked_of_the_provider(self):
		self.photographed()
		asked = []

		class Asked(Fetcher):
			def fetch(self, url, largest):
				asked.append((url, largest))
				return super().fetch(url, largest)

		fetch_files.fetch_files(self.chat, Asked(FetchFailed()), Folder(), largest=4321, until_ms=10**15)
		assert asked == [("https://api.twilio.com/2010-04-01/Accounts/AC/Messages/MM/Media/ME0", 4321)]

	def test_fetching_again_begins_anew_with_what_is_not_here_and_leaves_what_is(self):
		message = self.photographed(count=2)
		rows = [media.row for media in self.stored(message).media]
		self.store.transaction(lambda: self.store.change_media(rows[0], state="stored", attempts=1))
		self.store.transaction(
			lambda: self.store.change_media(rows[1], state="failed", attempts=5, next_attempt_at_ms=10**14)
		)
		self.events.changed.clear()
		with patch.object(self.events, "files_waiting") as waiting:
			fetch_files.fetch_again(self.chat, self.stored(message))
		waiting.assert_called_once_with()
		here, anew = self.stored(message).media
		assert (here.state, here.attempts) == ("stored", 1)
		assert (anew.state, anew.attempts, anew.next_attempt_at_ms) == ("pending", 0, 0)
		assert self.events.changed == [message.conversation]


@pytest.mark.parametrize(
	("media_type", "size"),
	[("image/jpeg", 5_000_000), ("video/mp4", 16_000_000), ("image/webp", 500_000), ("image/png", 500_001)],
)
def test_a_file_of_just_the_largest_size_may_be_sent(media_type, size):
	sendable_media.require_sendable(Media(type=media_type, size=size), " ")
