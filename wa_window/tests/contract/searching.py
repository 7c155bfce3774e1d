"""Searching one chat, and reading on in both directions from what is found."""

from unittest.mock import patch

from wa_window.chat.search import words_of

from .situation import OTHER_BUSINESS, Situation


class SearchingContract(Situation):
	"""`STORE` is the module of the host's store in which MOST_SEARCHED can be changed."""

	def many(self, count: int) -> list[str]:
		"""The names of so many messages, the oldest first, three at each moment."""
		names = []
		for number in range(count):
			names.append(self.written(f"Pesan {number}").name)
			self.clock.forward(number % 3 // 2)
		return names

	def search(self, typed: str, **how) -> tuple[list[str], str]:
		found, searched = self.store.search_messages(self.pair().name, words_of(typed), **{"limit": 50} | how)
		return [message.body for message in found], searched

	def test_messages_with_all_words_are_found_whoever_wrote_them_the_newest_first(self):
		self.written("Apakah rumahnya masih ada?", hours_ago=2)
		self.written("Halo", hours_ago=1)
		self.reply("Masih ada, rumahnya tipe 45.")
		self.written("Apakah rumahnya di sini ada?", to=OTHER_BUSINESS)
		found = (["Masih ada, rumahnya tipe 45.", "Apakah rumahnya masih ada?"], "")
		self.assertEqual(self.search("ADA rumah"), found)
		self.assertEqual(self.search("rumah tipe"), (found[0][:1], ""))
		self.assertEqual(self.search("kavling"), ([], ""))

	def test_signs_of_the_databases_patterns_are_no_patterns(self):
		self.written("Diskon 100% hari ini")
		self.written("Diskon 100 ribu")
		self.written("Diskon sampai 100")
		self.assertEqual(self.search("100%")[0], ["Diskon 100 ribu", "Diskon 100% hari ini"])
		for typed in ("'", '"', "%s", "'; drop"):
			self.search(typed)

	def test_a_page_of_what_is_found_says_where_to_search_on(self):
		names = self.many(7)
		found, searched = self.search("pesan", limit=3)
		self.assertEqual((found, searched), (["Pesan 6", "Pesan 5", "Pesan 4"], names[4]))
		found, searched = self.search("pesan", before=searched, limit=3)
		self.assertEqual((found, searched), (["Pesan 3", "Pesan 2", "Pesan 1"], names[1]))
		self.assertEqual(self.search("pesan", before=searched, limit=3), (["Pesan 0"], ""))

	def test_a_long_chat_is_searched_in_parts_none_of_which_is_searched_twice(self):
		names = self.many(8)
		with patch(f"{self.STORE}.MOST_SEARCHED", 3):
			self.assertEqual(self.search("tidak ada"), ([], names[5]))
			parts, searched = [], ""
			for _ in range(3):
				found, searched = self.search("pesan", before=searched)
				parts.append(found)
		self.assertEqual([len(part) for part in parts], [3, 3, 2])
		self.assertEqual(
			[each for part in parts for each in part], [f"Pesan {number}" for number in reversed(range(8))]
		)
		self.assertEqual(searched, "")

	def test_the_messages_after_one_are_read_as_those_before_it(self):
		names, chat = self.many(7), self.pair().name
		after = self.store.messages(chat, after=names[2], limit=3)
		self.assertEqual([message.name for message in after], names[3:6])
		self.assertEqual(self.store.messages(chat, after=names[6], limit=3), [])
		before = self.store.messages(chat, before=names[2], limit=3)
		self.assertEqual([message.name for message in before], names[:2])

	def test_nothing_is_beside_a_message_of_another_chat(self):
		self.many(2)
		other, chat = self.written(to=OTHER_BUSINESS).name, self.pair().name
		self.assertEqual(self.store.messages(chat, after=other, limit=3), [])
		self.assertEqual(self.search("pesan", before=other), ([], ""))
