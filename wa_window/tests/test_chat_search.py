"""Searching one chat over HTTP."""

from wa_window.tests.chat_case import ChatCase
from wa_window.tests.site_case import STRANGER, Panel


class TestChatSearch(ChatCase):
	def setUp(self):
		super().setUp()
		for number in range(60):
			body = f"Apakah rumah nomor {number} masih ada?" if number % 20 == 10 else f"pesan {number}"
			self.post("inbound", self.inbound_form(self.number, body=body))
		self.post_process_all()
		self.chat = self.conversation_of(self.number).name

	def get(self, method: str, **asked):
		return self.of(self.agent.get(f"chat.{method}", **asked))

	def found(self, **asked):
		return self.of(self.agent.post("chat.search", **asked))

	def of(self, answer):
		self.assertEqual(answer.status_code, 200, answer.text)
		return answer.json["message"]

	def test_what_is_found_is_opened_with_the_messages_around_it(self):
		found = self.found(conversation=self.chat, words="RUMAH ada")
		numbers = [message["body"].split()[3] for message in found["messages"]]
		self.assertEqual((numbers, found["next"]), (["50", "30", "10"], None))
		oldest = found["messages"][-1]
		self.assertIn("nomor 10 ", oldest["body"])
		around = self.get("around", message=oldest["name"])
		self.assertEqual((len(around["before"]), len(around["after"])), (10, 49))
		self.assertEqual(around["message"], oldest)
		newer = self.get("newer", conversation=self.chat, after=around["after"][-10]["name"])
		self.assertEqual([each["name"] for each in newer], [each["name"] for each in around["after"][-9:]])

	def test_a_page_says_where_the_search_goes_on(self):
		first = self.found(conversation=self.chat, words="pesan")
		rest = self.found(conversation=self.chat, words="pesan", before=first["next"])
		self.assertEqual((len(first["messages"]), len(rest["messages"]), rest["next"]), (50, 7, None))

	def test_it_is_asked_as_opening_the_chat_is(self):
		stranger = Panel(STRANGER)
		name = self.found(conversation=self.chat, words="rumah")["messages"][0]["name"]
		searched = stranger.post("chat.search", conversation=self.chat, words="rumah")
		self.assertEqual(searched.status_code, 403)
		for method, asked in (
			("newer", {"conversation": self.chat, "after": name}),
			("around", {"message": name}),
		):
			self.assertEqual(stranger.get(f"chat.{method}", **asked).status_code, 403, method)
		self.assertEqual(self.agent.get("chat.around", message="x").status_code, 403)

	def test_its_words_stand_in_no_address(self):
		answer = self.agent.get("chat.search", conversation=self.chat, words="rumah")
		self.assertEqual(answer.status_code, 403)

	def test_hostile_words_find_nothing(self):
		for words in ("", "%%", "' or 1=1 --", "x') or ('1'='1", "%(x)s", "\\"):
			answer = self.agent.post("chat.search", conversation=self.chat, words=words)
			self.assertEqual((answer.status_code, answer.json["message"]["messages"]), (200, []), words)
