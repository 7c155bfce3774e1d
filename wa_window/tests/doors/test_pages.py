"""The pages of the inbox are for users with a role of ours."""

import json

from .world import KNOWS, World, get

MAY_CHAT = ("agent", "other", "reader", "owner", "manager", "limited")


class TestPages(World):
	def tearDown(self):
		self.here()
		super().tearDown()

	def page(self, user: str):
		return self.ask(user, get("/whatsapp", chat="1"))

	def test_who_has_a_role_gets_the_inbox_and_nobody_elses_secret(self):
		for user in MAY_CHAT:
			answer = self.page(user)
			with self.subTest(user):
				self.assertEqual(answer.status_code, 200)
				self.assertIn('id="settings"', answer.said)
				self.assertEqual(self.disclosed(user, answer), "")

	def test_who_has_none_gets_words_about_the_role_and_no_settings(self):
		for user in KNOWS.keys() - {*MAY_CHAT, "guest"}:
			answer = self.page(user)
			with self.subTest(user):
				self.assertEqual(answer.status_code, 403)
				self.assertIn("the role WA Window Agent", answer.said)
				self.assertNotIn("csrf_token", answer.said)

	def test_a_guest_logs_in_first_and_comes_back_to_the_same_address(self):
		answer = self.page("guest")
		self.assertEqual(answer.status_code, 301)
		self.assertEqual(answer.headers["Location"], "/login?redirect-to=%2Fwhatsapp%3Fchat%3D1")
		self.assertIn("no-store", answer.headers["Cache-Control"])

	def test_only_who_may_change_settings_is_led_to_them(self):
		for user, expected in (("agent", False), ("manager", True)):
			settings = self.page(user).said.split('id="settings">')[1].split("</script>")[0]
			with self.subTest(user):
				self.assertEqual(bool(json.loads(settings)["settings_url"]), expected)
