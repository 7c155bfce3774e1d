"""The lists of the inbox: which chats each has, in which order, page by page."""

from contextlib import nullcontext

from wa_window.chat import work_state
from wa_window.chat.address import customer_at
from wa_window.chat.errors import InvalidArgument
from wa_window.chat.inbox import Inbox
from wa_window.chat.message import OUTBOUND, RECORD, TEMPLATE, Message, Record, Sender
from wa_window.chat.ports.channel import Accepted
from wa_window.chat.sentences import Locale
from wa_window.chat.template_batch import Batch, Row, RowState

from .situation import BUSINESS, HOUR_MS, OTHER_BUSINESS, Situation, new_phone, new_sid, rejected

MINUTE_MS = 60 * 1000
USERS = ANDI, RINA = "andi@example.com", "rina@example.com"


class InboxOf:
	"""A host whose user may read all chats."""

	def __init__(self, chat, inbox_store, user: str):
		self.chat, self.inbox_store, self.user = chat, inbox_store, user

	def senders(self):
		return [Sender(BUSINESS, "Sales"), Sender(OTHER_BUSINESS, "Support")]

	def label_of(self, business_address):
		return business_address[-1]

	def default_country(self):
		return "ID"

	def midnight_ms(self):
		return self.chat.clock.now_ms() + 3 * HOUR_MS

	def closing_ms(self):
		return 2 * HOUR_MS

	def locale(self):
		return Locale(translate=str, format_time=str)

	def shown_records(self, conversations):
		return {}

	def earlier_numbers(self, conversations, shown):
		return set()

	def records(self, conversations):
		return {chat.name: Record() for chat in conversations}

	def full_name(self, user):
		return user


class ListingContract(Situation):
	"""A host defines `inbox_store` and `assign`; a site has other chats too, so a test asks for its own ones."""

	def assign(self, conversation: str, user: str) -> None:
		"""Assign the chat to a user."""
		raise NotImplementedError

	def answered_in_parts(self):
		"""Where a host answers a search in parts, in small ones."""
		return nullcontext()

	def setUp(self):
		super().setUp()
		self.names = []

	def new_chat(self, hours_ago: float = 0, body: str = "Halo", **more) -> str:
		"""A customer who wrote `hours_ago`."""
		self.phone = new_phone()
		self.customer = customer_at(f"whatsapp:{self.phone}")
		message = self.written(body, hours_ago=hours_ago, **more)
		self.names.append(message.conversation)
		return message.conversation

	def change(self, conversation: str, **values) -> None:
		self.store.transaction(lambda: self.store.change_conversation(conversation, **values))

	def answer(self, queue: str = "needs_reply", *, user: str = ANDI, **asked) -> dict:
		asked = {"conversations": self.names} | asked
		return Inbox(InboxOf(self.chat, self.inbox_store, user)).chats(queue, **asked)

	def listed(self, *queue, **asked) -> list[str]:
		return [row["conversation"] for row in self.answer(*queue, **asked)["chats"]]

	def pages(self, *queue, **asked) -> list[str]:
		"""All chats of a list, page by page."""
		found, after = [], ""
		for _ in range(20):
			page = self.answer(*queue, after=after, **asked)
			found += [row["conversation"] for row in page["chats"]]
			after = page["next"]
			if not after:
				return found
		raise AssertionError("the list does not end")

	def row(self, batch: str, position: int, chat: str) -> Row:
		"""Its message was sent two hours ago."""
		at_ms = self.clock.at_ms - 2 * HOUR_MS
		message = Message(chat, OUTBOUND, TEMPLATE, "Halo", at_ms, RECORD, "delivered")
		added = self.store.transaction(lambda: self.store.add_message(message))
		state = RowState.HANDED_OVER
		return Row(
			batch, position, conversation=chat, state=state, message=added.name, handed_over_at_ms=at_ms
		)

	def test_the_chats_that_answered_a_template_to_many(self):
		answered, silent, _other = self.new_chat(1), self.new_chat(30), self.new_chat(1)
		batch = self.store.transaction(lambda: self.store.add_batch(Batch("HX1", BUSINESS, ANDI))).name
		rows = [self.row(batch, position, chat) for position, chat in enumerate((answered, silent))]
		self.store.transaction(lambda: self.store.add_rows(rows))
		self.assertEqual(self.listed("all", batch=batch), [answered])
		self.assertEqual(self.listed(batch=batch), [answered])
		self.assertEqual(self.listed("all", batch="another"), [])

	# What needs a reply

	def test_open_windows_come_first_by_their_end_then_refused_and_closed_ones_the_newest_first(self):
		long_closed, closed = self.new_chat(60), self.new_chat(30)
		fresh, ending, refused = self.new_chat(1), self.new_chat(23), self.new_chat(2)
		self.change(refused, provider_closed_at_ms=self.clock.at_ms)
		self.assertEqual(self.listed(), [ending, fresh, refused, closed, long_closed])

	def test_of_windows_that_end_together_who_has_waited_longest_comes_first(self):
		names = [self.new_chat(1) for _ in range(3)]
		for name, waits_for in zip(names, (2, 3, 1), strict=True):
			self.change(name, waiting_since_ms=self.clock.at_ms - waits_for * HOUR_MS)
		self.assertEqual(self.listed(), [names[1], names[0], names[2]])
		self.assertEqual(self.pages(limit=1), [names[1], names[0], names[2]])

	def test_what_is_answered_done_opted_out_or_blocked_needs_no_reply(self):
		self.new_chat(1)
		self.reply()
		work_state.done(self.chat, self.new_chat())
		self.change(self.new_chat(), opted_out=True)
		self.change(self.new_chat(), blocked_at_ms=self.clock.at_ms)
		waits = self.new_chat()
		self.change(waits, blocked_at_ms=self.clock.at_ms - 1)
		self.assertEqual(self.listed(), [waits])
		self.assertEqual(len(self.listed("all")), 5)

	def test_a_snoozed_chat_comes_back_at_its_time(self):
		name = self.new_chat()
		work_state.snooze(self.chat, name, self.clock.at_ms + HOUR_MS)
		self.clock.forward(HOUR_MS - 1)
		self.assertEqual(self.listed(), [])
		self.clock.forward(1)
		self.assertEqual(self.listed(), [name])

	def test_what_failed_needs_a_reply_again(self):
		name = self.new_chat()
		self.reply()
		self.dispatch(rejected("63013"))
		self.assertEqual(self.listed(), [name])

	# The other queues

	def test_all_chats_are_listed_by_their_latest_message(self):
		old, answered, new = self.new_chat(30), self.new_chat(20), self.new_chat(10)
		self.reply_in(answered)
		self.assertEqual(self.listed("all"), [answered, new, old])
		self.assertEqual(self.pages("all", limit=1), [answered, new, old])

	def reply_in(self, conversation: str) -> None:
		self.customer = self.store.conversation(conversation).known_customer
		self.send_template()

	def test_mine_are_those_assigned_to_me_and_unassigned_those_that_are_nobodys(self):
		mine, anothers, nobodys = self.new_chat(3), self.new_chat(2), self.new_chat(1)
		self.assign(mine, ANDI)
		self.assign(anothers, RINA)
		self.assertEqual(self.listed("mine"), [mine])
		self.assertEqual(self.listed("mine", user=RINA), [anothers])
		self.assertEqual(self.listed("unassigned"), [nobodys])

	# Chips and senders

	def test_chips_show_closing_closed_and_failed_chats(self):
		long_closed, closed = self.new_chat(60), self.new_chat(24)
		self.new_chat(1)
		later, closing, failed = self.new_chat(22), self.new_chat(23), self.new_chat(3)
		self.reply()
		self.dispatch(rejected("63013"))
		for queue in ("needs_reply", "all", "unassigned"):
			self.assertEqual(self.listed(queue, state="closing"), [closing, later], queue)
			self.assertEqual(self.listed(queue, state="closed"), [closed, long_closed], queue)
			self.assertEqual(self.listed(queue, state="failed"), [failed], queue)

	def test_windows_that_whatsapp_has_closed_or_of_who_opted_out_neither_close_nor_have_closed(self):
		for hours_ago in (23, 30):
			self.change(self.new_chat(hours_ago), opted_out=True)
			self.change(self.new_chat(hours_ago), blocked_at_ms=self.clock.at_ms)
		self.change(self.new_chat(23), provider_closed_at_ms=self.clock.at_ms)
		for state in ("closing", "closed"):
			self.assertEqual(self.listed("all", state=state), [], state)

	def test_a_failed_chat_is_so_until_something_newer_came_or_it_was_delivered_after_all(self):
		for later in ("written", "reply", "delivered"):
			name = self.new_chat(1)
			message = self.reply()
			self.dispatch(rejected("63013"))
			self.assertEqual(self.listed("all", state="failed"), [name], later)
			self.clock.forward(MINUTE_MS)
			if later == "written":
				self.written()
			elif later == "reply":
				self.reply()
				self.dispatch()
			else:
				self.track(message, "delivered", by_name=True)
			self.assertEqual(self.listed("all", state="failed"), [], later)

	def test_a_failure_that_the_provider_dates_later_is_still_the_newest(self):
		name = self.new_chat(1)
		message = self.reply()
		self.dispatch(Accepted(new_sid(), "failed", created_at_ms=self.clock.at_ms + 900))
		self.track(message, "failed", code="63013")
		self.assertEqual(self.listed("all", state="failed"), [name])

	def test_a_sender_shows_its_own_chats(self):
		one, other = self.new_chat(), self.new_chat(to=OTHER_BUSINESS)
		for queue in ("needs_reply", "all"):
			self.assertEqual(self.listed(queue, sender=BUSINESS), [one])
			self.assertEqual(self.listed(queue, sender=OTHER_BUSINESS), [other])
		self.assertEqual([each["label"] for each in self.answer()["senders"]], ["1", "2"])

	# Search

	def test_a_chat_is_found_by_its_number_however_it_is_written(self):
		other = self.new_chat()
		name = self.new_chat()
		national = self.phone.removeprefix("+62")
		ways = [self.phone, national, f"0{national}", f"+62 {national[:3]}-{national[3:]}", f"62{national}"]
		ways += [f"0{national[:-1]}", f"+62{national[:-1]}", f"62 {national[:-1]}", f"0062{national}"]
		for typed in ways:
			found = self.listed("all", search=typed)
			self.assertIn(name, found, typed)
			if typed.endswith(national[-3:]):
				self.assertNotIn(other, found, typed)

	def test_a_chat_is_found_by_words_of_its_customers_name(self):
		name = self.new_chat(profile_name="Budi Santoso")
		self.new_chat(profile_name="Budi Hartono")
		for typed in ("santoso", "Santo", "budi san", " santoso  budi "):
			self.assertEqual(self.listed("all", search=typed), [name], typed)
		self.assertEqual(len(self.listed("all", search="budi")), 2)
		self.assertEqual(self.listed("all", search="budi wijaya"), [])

	def test_a_chat_is_found_by_words_of_a_message(self):
		name = self.new_chat(body="Berapa harga rumah di Bogor?")
		self.written("Terima kasih")
		other = self.new_chat(body="Rumah di Depok, harga 100% pas")
		self.assertEqual(self.listed("all", search="bogor"), [name])
		self.assertEqual(self.listed("all", search="bogor harga"), [name])
		self.assertEqual(self.listed("all", search="bogor depok"), [])
		self.assertEqual(self.listed("all", search="100%"), [other])

	def test_messages_of_the_last_90_days_are_searched_names_of_all_times(self):
		day = 24
		name = self.new_chat(hours_ago=91 * day, body="Kavling di Bintaro?", profile_name="Wayan")
		self.assertEqual(self.listed("all", search="bintaro"), [])
		self.assertEqual(self.listed("all", search="wayan"), [name])
		recent = self.new_chat(hours_ago=89 * day, body="Kavling di Bintaro?")
		self.assertEqual(self.listed("all", search="bintaro"), [recent])

	def test_a_search_that_is_answered_in_parts_ends_with_the_oldest_chat(self):
		bodies = {1: "Kavling bernomor", 3: "Bernomor dua", 6: "Tidak bernomor"}
		names = [self.new_chat(hours_ago, bodies.get(hours_ago, "Halo")) for hours_ago in range(8)]
		self.change(names[7], profile_name="Tak Bernomor")
		with self.answered_in_parts():
			# A name is looked up in all chats: it may be found again where the search has come to it.
			found = self.pages("all", search="bernomor")
			self.assertEqual([name for name in found if name != names[7]], [names[1], names[3], names[6]])
			self.assertIn(names[7], found)
			self.assertEqual({*self.pages("all", search="bernomor", limit=1)}, {*found})
			self.assertEqual(self.pages("all", search="tidak ada"), [])

	def test_signs_of_sql_find_nothing_by_themselves(self):
		self.new_chat(body="Halo")
		for typed in ("' or 1=1 --", "\\' or 1=1 -- ", '"', "x') or ('1'='1", "%s", "%(x)s", "{0}"):
			self.assertEqual(self.listed("all", search=typed), [], typed)
		for nothing in ("   ", "%%", "\\", "_ %"):
			self.assertEqual(len(self.listed("all", search=nothing)), 1)

	# Pages

	def test_each_chat_is_on_one_page(self):
		for hours_ago in (1, 1, 23, 23, 5, 30, 30, 50, 40):
			self.new_chat(hours_ago)
		self.change(self.names[4], provider_closed_at_ms=self.clock.at_ms)
		everything = self.listed()
		self.assertEqual(len(everything), 9)
		for limit in range(1, 11):
			self.assertEqual(self.pages(limit=limit), everything, limit)

	def test_a_window_that_closes_between_two_pages_is_neither_lost_nor_shown_twice(self):
		names = [self.new_chat(hours_ago) for hours_ago in (23.9, 23.8, 23.7, 1, 25)]
		first = self.answer(limit=2)
		self.clock.forward(HOUR_MS)
		second = self.answer(limit=9, after=first["next"])
		shown = [row["conversation"] for row in (*first["chats"], *second["chats"])]
		self.assertEqual(shown, names)
		self.assertEqual(second["chats"][0]["window"]["state"], "closed")

	def test_chats_that_leave_the_queue_between_two_pages_move_no_other_one(self):
		names = [self.new_chat(hours_ago) for hours_ago in (5, 4, 3, 2)]
		first = self.answer(limit=2)
		for name in names[:2]:
			work_state.done(self.chat, name)
		self.assertEqual(self.listed(limit=2, after=first["next"]), names[2:])

	def test_a_key_of_another_list_or_of_nobody_is_refused(self):
		self.new_chat()
		self.new_chat()
		of_all = self.answer("all", limit=1)["next"]
		for key in (
			"x",
			"1",
			"~~~~",
			f"{of_all}~x",
			"1~9~1~1~x",
			"-1~0~1~1~x",
			"1~0~x~1~y",
			"1~0~1~x",
			of_all,
		):
			with self.assertRaises(InvalidArgument, msg=key):
				self.answer(after=key)
		for asked in ({"queue": "others"}, {"state": "open"}):
			with self.assertRaises(InvalidArgument, msg=asked):
				self.answer(**asked)

	def test_names_in_a_key_are_values(self):
		self.new_chat()
		times = f"{self.clock.at_ms}~0~1~1"
		for name in ("' or 1=1 -- ", "\\", "%", "%s"):
			self.assertEqual(len(self.listed(after=f"{times}~{name}")), 1)

	# The rest of the answer

	def test_of_the_chats_asked_for_those_in_the_queue_are_answered(self):
		one, other = self.new_chat(2), self.new_chat(1)
		answered = self.new_chat()
		self.reply()
		self.assertEqual(self.listed(conversations=[other, one, answered, "nothing"]), [one, other])
		self.assertEqual(self.listed(conversations=[]), [])

	def test_windows_that_end_until_midnight_are_counted(self):
		before = self.answer()["closing_tonight"]
		for hours_ago in (21, 23, 20, 25):
			self.new_chat(hours_ago)
		self.change(self.new_chat(23), opted_out=True)
		self.new_chat(22)
		self.reply()
		self.assertEqual(self.answer()["closing_tonight"], min(before + 3, 100))

	def test_counts_are_those_of_all_queues_whatever_is_listed(self):
		before = self.answer()["counts"]
		self.new_chat(30)
		self.assign(self.new_chat(), ANDI)
		self.reply()
		counts = self.answer(state="closed", limit=1)["counts"]
		more = {queue: counts[queue] - before[queue] for queue in counts if before[queue] < 98}
		expected = {"needs_reply": 1, "mine": 1, "unassigned": 1, "all": 2}
		self.assertEqual(more, {queue: expected[queue] for queue in more})
