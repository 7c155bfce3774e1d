"""What there is to choose from for a template to many."""

import frappe
from frappe.custom.doctype.property_setter.property_setter import make_property_setter

from wa_window.tests.site_case import BUSINESS, PUBLIC_URL, TEMPLATE, sentences
from wa_window.tests.test_batches import CHAT, LEAD, BatchCase


class TestChoices(BatchCase):
	def choices(self, doctype: str = LEAD) -> dict:
		response = self.manager.get("batches.choices", record_doctype=doctype)
		self.assertEqual(response.status_code, 200, response.text[-1500:])
		return response.json["message"]

	def fields(self, doctype: str = LEAD) -> dict[str, str]:
		return {each["fieldname"]: each["label"] for each in self.choices(doctype)["fields"]}

	def test_the_approved_templates_with_what_a_manager_has_set_for_their_variables(self):
		choices = self.choices()
		(template,) = [each for each in choices["templates"] if each["content_sid"] == TEMPLATE]
		set_up = [(each["name"], each["field"], each["value"]) for each in template["variables"]]
		self.assertEqual(set_up, [("1", "lead_name", ""), ("2", "", "penawaran kami")])
		self.assertIsNone(template["problem"])
		self.assertEqual(choices["senders"][0]["address"], BUSINESS)

	def test_a_template_that_takes_a_file_of_a_chat_says_so(self):
		variables = [{"variable": "1", "sample": "Budi"}, {"variable": "2", "sample": "contoh.pdf"}]
		shown = {"body": "Halo {{1}}", "media_url": PUBLIC_URL + "/{{2}}", "content_type": "twilio/media"}
		brochure = self.template("HX" + "8" * 32, variables=variables, **shown)
		(template,) = [each for each in self.choices()["templates"] if each["content_sid"] == brochure]
		self.assertIn("takes a file", template["problem"] or "")

	def test_the_fields_are_those_with_a_short_text_that_the_user_may_read(self):
		fields = self.fields()
		self.assertEqual(fields["lead_name"], "Lead Name")
		self.assertEqual(list(fields.values()), sorted(fields.values(), key=str.casefold))
		self.assertNotIn("wa_chat_html", fields)
		self.assertIn("email", fields)
		setter = make_property_setter(LEAD, "email", "permlevel", 3, "Int")
		frappe.db.commit()
		try:
			self.assertNotIn("email", self.fields())
		finally:
			setter.delete()
			frappe.clear_cache(doctype=LEAD)
			frappe.db.commit()

	def test_a_chats_fields_are_those_of_the_records_that_it_may_have(self):
		self.assertLessEqual(set(self.fields()), set(self.fields(CHAT)))

	def test_only_who_may_send_to_many_is_answered_and_only_about_records_with_chats(self):
		self.assertEqual(self.agent.get("batches.choices", record_doctype=LEAD).status_code, 403)
		refused = self.manager.get("batches.choices", record_doctype="User")
		self.assertEqual(refused.status_code, 417)
		self.assertEqual(sentences(refused), "Records of this type have no chats.")
