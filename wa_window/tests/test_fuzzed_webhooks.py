"""Fuzzed webhooks: no answer is 5xx, and without a valid signature nothing is stored."""

from random import Random

import frappe

from wa_window.tests.mutations import mutated, signature_of
from wa_window.tests.site_case import AUTH_TOKEN, PUBLIC_URL, SiteCase, call

ROUNDS = 120


class TestFuzzedWebhooks(SiteCase):
	def forms(self, random: Random) -> tuple[str, dict]:
		form = self.inbound_form(self.phone())
		kinds = [
			("inbound", form),
			("inbound", form | {"MessageType": "location", "Latitude": "-6.2", "Longitude": "106.8"}),
			("inbound", form | {"NumMedia": "1", "MediaUrl0": "https://x", "MediaContentType0": "image/png"}),
			("inbound", form | {"ExternalUserId": "whatsapp:ID.2081", "OptOutType": "STOP", "Body": "STOP"}),
			("status", {"MessageSid": "SM" + "a" * 32, "MessageStatus": "delivered", "ErrorCode": ""}),
		]
		return random.choice(kinds)

	def send(self, endpoint: str, body: str, signature: str = "", query: str = ""):
		path = f"/api/method/wa_window.api.webhook.{endpoint}{query}"
		headers = {"X-Twilio-Signature": signature or signature_of(PUBLIC_URL + path, body, AUTH_TOKEN)}
		return call("POST", path, data=body, headers=headers)

	def count(self) -> int:
		frappe.db.rollback()
		return frappe.db.count("Chat Message") + frappe.db.count("Chat Conversation")

	def test_mutated_forms_with_a_good_signature_are_taken_or_refused(self):
		random = Random(20261123)
		for _ in range(ROUNDS):
			endpoint, form = self.forms(random)
			body = mutated(form, random)
			answer = self.send(endpoint, body)
			self.assertIn(answer.status_code, (200, 400), (endpoint, body[:500], answer.text[:500]))

	def test_without_a_good_signature_nothing_is_stored(self):
		random, before = Random(20261124), self.count()
		for _ in range(ROUNDS // 3):
			endpoint, form = self.forms(random)
			answer = self.send(endpoint, mutated(form, random), signature="bm90IGdvb2QgZW5vdWdoIGF0IGFsbA==")
			self.assertEqual(answer.status_code, 403)
		self.assertEqual(self.count(), before)

	def test_a_status_for_a_name_nobody_has_changes_nothing(self):
		for query in ("?message=" + "x" * 5000, "?message=%00", "?message=a&message=b"):
			answer = self.send("status", "MessageSid=SM" + "a" * 32 + "&MessageStatus=sent", query=query)
			self.assertEqual(answer.status_code, 200, query[:20])
