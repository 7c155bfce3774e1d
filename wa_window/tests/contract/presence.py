"""Who is looking at a chat and who is writing, on each host's Presence port."""

import secrets

from wa_window.chat.presence import LOOKING_MS, TYPING_SHOWN_MS, WRITING_MS, Present

ANDI, RINA = "andi@example.com", "rina@example.com"


class PresenceContract:
	"""A host sets `self.presence`, and `self.pass_time(ms)` lets time pass for it."""

	def setUp(self):
		super().setUp()
		self.chat = secrets.token_hex(10)

	def users(self) -> list[str]:
		return [present.user for present in self.presence.present(self.chat)]

	def writers(self) -> list[str]:
		return [present.user for present in self.presence.present(self.chat) if present.writing_ms]

	def test_who_looks_is_present_in_this_chat_only(self):
		self.presence.look(self.chat, RINA, writing=False)
		self.presence.look(self.chat, ANDI, writing=False)
		self.presence.look("another", "x@example.com", writing=True)
		self.assertEqual(self.presence.present(self.chat), [Present(ANDI), Present(RINA)])

	def test_it_is_news_once_and_again_after_it_has_ended(self):
		self.assertTrue(self.presence.look(self.chat, ANDI, writing=False))
		self.assertFalse(self.presence.look(self.chat, ANDI, writing=False))
		self.assertTrue(self.presence.look(self.chat, ANDI, writing=True))
		self.assertFalse(self.presence.look(self.chat, ANDI, writing=True))
		self.pass_time(WRITING_MS)
		self.assertTrue(self.presence.look(self.chat, ANDI, writing=True))

	def test_writing_ends_before_looking_and_both_end_by_themselves(self):
		self.presence.look(self.chat, ANDI, writing=True)
		self.assertEqual(self.writers(), [ANDI])
		self.assertLessEqual(self.presence.present(self.chat)[0].writing_ms, WRITING_MS)
		self.pass_time(WRITING_MS)
		self.assertEqual((self.users(), self.writers()), ([ANDI], []))
		self.pass_time(LOOKING_MS - WRITING_MS)
		self.assertEqual(self.users(), [])

	def test_another_tab_that_only_looks_does_not_end_the_writing_and_sending_does(self):
		self.presence.look(self.chat, ANDI, writing=True)
		self.presence.look(self.chat, ANDI, writing=False)
		self.assertEqual(self.writers(), [ANDI])
		self.assertTrue(self.presence.stop_writing(self.chat, ANDI))
		self.assertFalse(self.presence.stop_writing(self.chat, ANDI))
		self.assertEqual((self.users(), self.writers()), ([ANDI], []))

	def test_who_leaves_is_gone_until_they_look_again(self):
		self.presence.look(self.chat, RINA, writing=False)
		self.presence.look(self.chat, ANDI, writing=True)
		self.assertEqual([self.presence.leave(self.chat, ANDI) for _ in range(2)], [True, False])
		self.assertEqual(self.users(), [RINA])
		self.assertTrue(self.presence.look(self.chat, ANDI, writing=True))
		self.assertEqual(self.writers(), [ANDI])

	def test_the_customer_is_shown_it_once_in_a_while_whoever_writes(self):
		shown = [self.presence.may_show_typing(self.chat) for _ in range(2)]
		self.assertEqual(
			(shown, self.presence.may_show_typing("another " + self.chat)), ([True, False], True)
		)
		self.pass_time(TYPING_SHOWN_MS - 1000)
		self.assertFalse(self.presence.may_show_typing(self.chat))
		self.pass_time(1000)
		self.assertTrue(self.presence.may_show_typing(self.chat))
