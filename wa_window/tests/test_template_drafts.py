"""Templates that are written here: created once, submitted once, followed until decided, with a simulated Twilio whose answers are
lost."""

from threading import Barrier, Thread
from unittest.mock import patch

import frappe

from wa_window.chat.errors import ChangedMeanwhile, InvalidMessage
from wa_window.frappe_host.clock import SystemClock
from wa_window.frappe_host.jobs import template_approvals, template_sync
from wa_window.frappe_host.template_drafts import at_twilio, following, written
from wa_window.frappe_host.template_drafts.stored import DOCTYPE
from wa_window.tests.site_case import AGENT, MANAGER, Panel, sentences, with_own_connection
from wa_window.tests.template_draft_case import TEMPLATE, TemplateDraftCase
from wa_window.twilio_channel import http, new_content
from wa_window.twilio_channel.new_content import AnswerLost, Approval, NotDone


class TestWriting(TemplateDraftCase):
	def test_each_variable_of_the_texts_has_a_row_for_its_sample(self):
		doc = self.draft(samples=[{"variable": "2", "sample": "B4"}, {"variable": "9", "sample": "x"}])
		self.assertEqual([(row.variable, row.sample) for row in doc.samples], [("1", None), ("2", "B4")])
		doc.update({"body": "Hi {{name}}, how are you today?"})
		doc.save()
		self.assertEqual([(row.variable, row.sample) for row in doc.samples], [("name", None)])

	def test_the_empty_row_that_a_table_adds_is_no_button(self):
		buttons = [{"title": "Yes"}, {"action": "Website"}, {"title": " "}]
		doc = self.draft(kind="Quick Replies", buttons=buttons)
		self.assertEqual([row.title for row in doc.buttons], ["Yes"])
		self.assertEqual(written.check(doc.as_dict() | {"buttons": buttons})["problems"], [])

	def test_what_only_the_app_writes_cannot_be_written_by_a_request(self):
		own = {"status": "Approved", "content_template": None, "next_look_at_ms": 5, "claimed_name": "x"}
		doc = self.draft(**own)
		self.assertEqual((doc.status, doc.next_look_at_ms or 0, doc.claimed_name), ("Draft", 0, None))
		answer = Panel(MANAGER).resource("PUT", f"{DOCTYPE}/{doc.name}", status="Approved", owner=AGENT)
		self.assertEqual(answer.status_code, 200, answer.text)
		self.assertEqual((self.status(doc), self.now(doc).owner), ("Draft", MANAGER))

	def test_a_text_that_frappe_would_change_is_refused_and_said_while_it_is_written(self):
		body = "Hi {{1}}, reply <YES> & wait at gate {{2}}. Thank you."
		self.assertRaises(frappe.ValidationError, self.draft, body=body)
		frappe.set_user("Administrator")
		values = {"template_name": "order", "language": "en", "kind": "Text", "body": body}
		answer = Panel(MANAGER).post("templates.check", template=values).json["message"]
		self.assertIn("taken for HTML", " ".join(answer["problems"]))
		kept = self.draft(body=body.replace("<", "< ") + " I <3 it!")
		self.assertEqual(self.now(kept).body, body.replace("<", "< ") + " I <3 it!")

	def test_the_form_gets_what_is_wrong_and_the_variables_while_it_is_written(self):
		values = {"template_name": "Order", "language": "en", "kind": "Text", "body": "{{1}} departs"}
		answer = Panel(MANAGER).post("templates.check", template=values).json["message"]
		self.assertEqual(answer["variables"], ["1"])
		said = " ".join(answer["problems"])
		for words in ("small letters", "cannot begin", "sample for 1"):
			self.assertIn(words, said)

	def test_a_name_that_is_or_was_used_in_this_language_is_not_free(self):
		def said(**values) -> str:
			given = {"template_name": "order_update", "language": "en", "body": "Hi there", "kind": "Text"}
			return " ".join(written.check(given | values)["problems"])

		self.assertEqual(said(), "")
		self.template("HX" + "a" * 32, friendly_name="order_update", language="en")
		self.assertIn("Choose another name", said())
		self.assertEqual(said(language="id"), "")
		template_sync.change_approval("HX" + "a" * 32, Approval("deleted"))
		self.assertIn("Choose another name", said())
		month_ago = frappe.utils.add_to_date(None, days=-31)
		frappe.db.set_value(TEMPLATE, "HX" + "a" * 32, "approval_status_since", month_ago)
		self.assertEqual(said(), "")

	def test_what_breaks_a_rule_does_not_leave(self):
		doc = self.draft(body="{{1}} departs from gate {{2}} soon. Thank you.")
		answer = Panel(MANAGER).post("templates.submit", draft=doc.name)
		self.assertEqual(answer.status_code, 417)
		self.assertIn("cannot begin", sentences(answer))
		self.assertEqual((self.status(doc), self.sim.contents), ("Draft", {}))


class TestSubmitting(TemplateDraftCase):
	def test_one_press_creates_and_submits_it(self):
		doc = self.draft()
		answer = Panel(MANAGER).post("templates.submit", draft=doc.name)
		self.assertEqual(answer.status_code, 200, answer.text)
		(content,) = self.sim.contents.values()
		self.assertEqual((content.friendly_name, content.category), ("order_update", "UTILITY"))
		self.assertEqual(content.approval_status, "received")
		said = answer.json["message"]
		self.assertEqual((said["status"], said["content_template"]), ("Submitted", content.sid))
		self.assertEqual(frappe.db.get_value(TEMPLATE, content.sid, "approval_status"), "received")

	def test_creating_and_submitting_can_be_two_steps(self):
		doc = self.draft()
		self.assertEqual(at_twilio.create(doc.name)["status"], "Created")
		(content,) = self.sim.contents.values()
		self.assertEqual(content.approval_status, "unsubmitted")
		self.assertRaises(ChangedMeanwhile, at_twilio.create, doc.name)
		self.assertEqual(at_twilio.submit(doc.name)["status"], "Submitted")
		self.assertRaises(ChangedMeanwhile, at_twilio.submit, doc.name)
		self.assertEqual(len(self.sim.contents), 1)

	def test_what_is_at_twilio_is_not_changed_here(self):
		doc = self.draft()
		at_twilio.create(doc.name)
		answer = Panel(MANAGER).resource("PUT", f"{DOCTYPE}/{doc.name}", body="Something else")
		self.assertEqual(answer.status_code, 403)
		self.assertIn("Copy it", sentences(answer))

	def test_what_twilio_refuses_is_said_and_can_be_changed_and_tried_again(self):
		doc = self.draft()
		with patch.object(new_content, "create", side_effect=NotDone("No: {0}", "x" * 200)):
			self.assertRaises(NotDone, at_twilio.create, doc.name)
		self.assertEqual(self.status(doc), "Draft")
		self.assertIn("No: xxx", self.now(doc).last_result)
		self.later()
		self.assertEqual((self.status(doc), self.bells()), ("Draft", []))
		self.now(doc).save()
		self.assertEqual(at_twilio.submit(doc.name)["status"], "Submitted")

	def test_a_template_of_this_name_that_somebody_made_at_twilio_is_not_taken_for_ours(self):
		first = self.draft()
		at_twilio.create(first.name)
		frappe.db.delete(TEMPLATE)
		frappe.db.delete(DOCTYPE)
		second = self.draft()
		self.assertRaises(InvalidMessage, at_twilio.create, second.name)
		self.assertEqual(len(self.sim.contents), 1)
		self.assertEqual(self.status(second), "Draft")


class TestLostAnswers(TemplateDraftCase):
	def lose(self, fault: str) -> None:
		"""The next answer to something that changes Twilio is lost."""
		setattr(self.sim.faults, fault, 1)
		shorter = patch.object(http, "TIMEOUT_S", 1)
		shorter.start()
		self.addCleanup(shorter.stop)

	def test_it_was_created_and_the_answer_was_lost(self):
		for fault in ("cut_after_accept", "hang_after_accept", "server_error_after_accept"):
			with self.subTest(fault):
				doc = self.draft(template_name=f"order_{fault}")
				self.lose(fault)
				self.assertRaises(AnswerLost, at_twilio.submit, doc.name)
				self.assertEqual(self.status(doc), "Creating")
				self.assertRaises(ChangedMeanwhile, at_twilio.submit, doc.name)
				self.later()
				self.assertEqual(self.status(doc), "Created")
				self.assertIn("It is at Twilio", self.bells()[-1])
				self.assertEqual(at_twilio.submit(doc.name)["status"], "Submitted")
		self.assertEqual(len(self.sim.contents), 3)

	def test_it_was_not_created_and_the_answer_was_lost(self):
		doc = self.draft()
		self.lose("cut_before_accept")
		self.assertRaises(AnswerLost, at_twilio.submit, doc.name)
		self.later(hours=0)
		self.assertEqual(self.status(doc), "Creating")  # Twilio may still be at it
		self.later()
		self.assertEqual(self.status(doc), "Draft")
		self.assertIn("nothing was created", self.bells()[-1])
		self.assertEqual(at_twilio.submit(doc.name)["status"], "Submitted")
		self.assertEqual(len(self.sim.contents), 1)

	def test_a_worker_that_is_killed_before_or_after_the_call_leaves_it_begun(self):
		for called in (False, True):
			with self.subTest(called=called):
				doc = self.draft(template_name=f"order_{called}".lower())
				self.killed_while_creating(doc, called)
				self.assertEqual(self.status(doc), "Creating")
				self.later()
				self.assertEqual(self.status(doc), "Created" if called else "Draft")

	def killed_while_creating(self, doc, called: bool) -> None:
		create = new_content.create

		def killed(channel, template):
			if called:
				create(channel, template)
			raise SystemExit

		with patch.object(new_content, "create", killed):
			self.assertRaises(SystemExit, at_twilio.submit, doc.name)

	def test_it_was_submitted_and_the_answer_was_lost(self):
		doc = self.draft()
		at_twilio.create(doc.name)
		self.lose("cut_after_accept")
		self.assertRaises(AnswerLost, at_twilio.submit, doc.name)
		self.assertEqual(self.status(doc), "Submitting")
		self.assertRaises(ChangedMeanwhile, at_twilio.submit, doc.name)
		self.later()
		self.assertEqual(self.status(doc), "Submitted")

	def test_it_was_not_submitted_and_the_answer_was_lost(self):
		doc = self.draft()
		at_twilio.create(doc.name)
		self.lose("cut_before_accept")
		self.assertRaises(AnswerLost, at_twilio.submit, doc.name)
		self.later()
		self.assertEqual(self.status(doc), "Created")
		self.assertIn("Submit it again", self.bells()[-1])
		self.assertEqual(at_twilio.submit(doc.name)["status"], "Submitted")

	def test_while_twilio_cannot_be_read_what_was_begun_stays_begun(self):
		doc = self.draft()
		self.lose("cut_after_accept")
		self.assertRaises(AnswerLost, at_twilio.submit, doc.name)
		self.sim.faults.server_errors = 1
		self.later()
		self.assertEqual(self.status(doc), "Creating")
		self.later()
		self.assertEqual(self.status(doc), "Created")


class TestAtTheSameTime(TemplateDraftCase):
	def together(self, *drafts) -> list[str]:
		"""Submit each at the same moment, in a session of its own; returns the errors."""
		errors, ready = [], Barrier(len(drafts))

		def press(name: str) -> None:
			ready.wait()
			try:
				at_twilio.submit(name)
			except Exception as error:
				errors.append(type(error).__name__)

		self.in_threads([lambda name=draft.name: press(name) for draft in drafts])
		return errors

	def in_threads(self, works) -> None:
		frappe.db.commit()
		threads = [Thread(target=with_own_connection(work)) for work in works]
		for thread in threads:
			thread.start()
		for thread in threads:
			thread.join()

	def test_two_presses_make_one_template(self):
		doc = self.draft()
		errors = self.together(doc, doc)
		self.assertEqual(errors, ["ChangedMeanwhile"])
		self.assertEqual(len(self.sim.contents), 1)
		self.assertEqual(self.status(doc), "Submitted")

	def test_two_drafts_of_one_name_make_one_template(self):
		first, second = self.draft(), self.draft()
		errors = self.together(first, second)
		self.assertEqual(errors, ["InvalidMessage"])
		self.assertEqual(len(self.sim.contents), 1)
		self.assertEqual(sorted([self.status(first), self.status(second)]), ["Draft", "Submitted"])

	def test_two_jobs_tell_once(self):
		doc = self.draft()
		at_twilio.submit(doc.name)
		self.decide("approved")
		self.in_threads([lambda: following.look(doc.name)] * 2)
		self.assertEqual(len(self.bells()), 1)
		following.look(doc.name)  # a job that had listed it before
		self.assertEqual(len(self.bells()), 1)


class TestFollowing(TemplateDraftCase):
	def submitted(self, **values):
		doc = self.draft(**values)
		at_twilio.submit(doc.name)
		return doc

	def test_its_author_is_told_that_it_was_approved(self):
		doc = self.submitted()
		self.later(hours=0.01)
		self.assertEqual(self.status(doc), "Submitted")
		self.decide("approved")
		self.later()
		self.assertEqual(self.status(doc), "Approved")
		self.assertEqual(self.bells(), ["order_update: Approved by WhatsApp."])
		template = frappe.get_doc(TEMPLATE, self.now(doc).content_template)
		self.assertEqual((template.approval_status, template.usable_outside_window), ("approved", 1))
		self.assertTrue(template.approval_status_since)
		self.later(hours=48)
		self.assertEqual(len(self.bells()), 1)

	def test_its_author_is_told_why_it_was_rejected(self):
		doc = self.submitted()
		self.decide("rejected", "INVALID_FORMAT <b>")
		self.later()
		self.assertEqual(self.status(doc), "Rejected")
		(bell,) = self.bells()
		self.assertIn("INVALID_FORMAT &lt;b&gt;", bell)
		self.assertIn("INVALID_FORMAT", self.now(doc).last_result)

	def test_one_that_cannot_be_asked_for_holds_up_no_other(self):
		broken, doc = self.submitted(), self.submitted(template_name="order_sent")
		self.decide("approved")
		look = following.look

		def look_at(name):
			if name == broken.name:
				raise RuntimeError
			look(name)

		with patch.object(following, "look", look_at):
			self.later()
		self.assertEqual((self.status(broken), self.status(doc)), ("Submitted", "Approved"))

	def test_it_is_asked_for_ever_more_rarely(self):
		doc = self.submitted()
		waits = []
		for _ in range(12):
			at_ms = self.now(doc).next_look_at_ms
			with patch.object(SystemClock, "now_ms", return_value=at_ms):
				template_approvals.follow()
			waits.append(self.now(doc).next_look_at_ms - at_ms)
		self.assertEqual(waits, sorted(waits))
		self.assertEqual(waits[0], following.SOONEST_LOOK_MS)
		self.assertLess(waits[0], waits[-1])
		self.assertLessEqual(waits[-1], following.LATEST_LOOK_MS)

	def test_one_that_was_deleted_at_twilio_is_no_longer_asked_for(self):
		doc = self.submitted()
		self.sim.contents.clear()
		self.later()
		self.assertEqual((self.status(doc), self.now(doc).next_look_at_ms), ("Rejected", 0))

	def test_a_sync_keeps_since_when_a_template_is_paused(self):
		doc = self.submitted()
		sid = self.now(doc).content_template
		self.decide("paused")
		template_sync.sync()
		since = frappe.db.get_value(TEMPLATE, sid, "approval_status_since")
		self.assertTrue(since)
		template_sync.sync()
		self.assertEqual(frappe.db.get_value(TEMPLATE, sid, "approval_status_since"), since)


class TestDeleting(TemplateDraftCase):
	def test_it_is_deleted_at_twilio_and_its_messages_keep_it(self):
		doc = self.draft()
		sid = at_twilio.submit(doc.name)["content_template"]
		answer = Panel(MANAGER).post("templates.delete", content_sid=sid)
		self.assertEqual(answer.status_code, 200, answer.text)
		self.assertEqual(self.sim.contents, {})
		frappe.db.rollback()
		self.assertFalse(frappe.db.exists(DOCTYPE, doc.name))
		self.assertEqual(frappe.db.get_value(TEMPLATE, sid, "approval_status"), "deleted")

	def test_only_one_that_is_here_is_deleted_at_twilio(self):
		sid = at_twilio.submit(self.draft().name)["content_template"]
		for other in (f"x/../{sid}", f"{sid}?", ""):
			answer = Panel(MANAGER).post("templates.delete", content_sid=other)
			self.assertEqual(answer.status_code, 404, other)
		self.assertEqual(list(self.sim.contents), [sid])

	def test_where_the_answer_is_lost_it_stays_and_can_be_deleted_again(self):
		sid = at_twilio.submit(self.draft().name)["content_template"]
		self.sim.faults.cut_before_accept = 1
		self.assertRaises(AnswerLost, at_twilio.delete, sid)
		self.assertEqual(frappe.db.get_value(TEMPLATE, sid, "approval_status"), "received")
		at_twilio.delete(sid)
		self.assertEqual(frappe.db.get_value(TEMPLATE, sid, "approval_status"), "deleted")

	def test_a_draft_is_deleted_here_but_not_while_it_is_on_its_way(self):
		doc = self.draft()
		frappe.db.set_value(DOCTYPE, doc.name, "status", "Creating")
		frappe.db.commit()
		self.assertEqual(Panel(MANAGER).resource("DELETE", f"{DOCTYPE}/{doc.name}").status_code, 417)
		frappe.db.set_value(DOCTYPE, doc.name, "status", "Draft")
		frappe.db.commit()
		self.assertEqual(Panel(MANAGER).resource("DELETE", f"{DOCTYPE}/{doc.name}").status_code, 202)

	def test_a_draft_whose_template_is_at_twilio_is_deleted_with_it_alone(self):
		doc = self.draft()
		sid = at_twilio.submit(doc.name)["content_template"]
		answer = Panel(MANAGER).resource("DELETE", f"{DOCTYPE}/{doc.name}")
		self.assertEqual(answer.status_code, 417)
		self.assertIn("Delete at Twilio", sentences(answer))
		self.decide("approved")
		self.later()
		self.assertEqual(len(self.bells()), 1)
		self.sim.contents.clear()
		template_sync.sync()
		self.assertEqual(frappe.db.get_value(TEMPLATE, sid, "approval_status"), "deleted")
		self.assertEqual(Panel(MANAGER).resource("DELETE", f"{DOCTYPE}/{doc.name}").status_code, 202)


class TestCopying(TemplateDraftCase):
	def copy(self, sid: str):
		"""As Frappe's open_mapped_doc, saved then."""
		answer = Panel(MANAGER).post("templates.copy", content_sid=sid)
		self.assertEqual(answer.status_code, 200, answer.text)
		self.assertEqual(frappe.db.count(DOCTYPE, {"status": "Draft"}), 0)
		copied = frappe.get_doc(answer.json["message"]).insert()
		of_itself = ("status", "content_template", "last_result")
		self.assertEqual([copied.get(field) or None for field in of_itself], ["Draft", None, None])
		return copied

	def said(self, doc) -> dict:
		return {**vars(written.written(doc)), "name": None}

	def test_a_rejected_template_is_copied_also_where_its_draft_is_gone(self):
		buttons = [
			{"title": "Lacak", "action": "Website", "target": "https://example.com/{{3}}"},
			{"title": "Telepon", "action": "Phone Number", "target": "+62215550123"},
		]
		samples = [{"variable": number, "sample": f"Contoh{number}"} for number in "123"]
		kinds = (
			{"kind": "Text", "category": "MARKETING"},
			{"kind": "Picture or File", "media_url": "https://example.com/a.png"},
			{"kind": "Quick Replies", "buttons": [{"title": "Ya", "action": ""}]},
			{"kind": "Call to Action", "buttons": buttons, "samples": samples},
		)
		for number, values in enumerate(kinds):
			with self.subTest(values["kind"]):
				doc = self.draft(template_name=f"order_{number}", **values)
				sid = at_twilio.submit(doc.name)["content_template"]
				self.decide("rejected")
				self.later()
				original, copied = self.said(doc), self.copy(sid)
				self.assertEqual((self.said(copied), copied.template_name), (original, f"order_{number + 1}"))
				frappe.db.delete(DOCTYPE)
				self.assertEqual(self.said(self.copy(sid)), original)
				frappe.db.delete(DOCTYPE)

	def test_a_copy_has_a_name_that_is_free(self):
		sid = at_twilio.submit(self.draft().name)["content_template"]
		self.template("HX" + "a" * 32, friendly_name="order_update_2", language="en")
		self.assertEqual(self.copy(sid).template_name, "order_update_3")

	def test_one_of_another_kind_is_not_copied(self):
		picker = self.template("HX" + "b" * 32, content_type="twilio/list-picker")
		answer = Panel(MANAGER).post("templates.copy", content_sid=picker)
		self.assertEqual(answer.status_code, 417, answer.text)
		frappe.set_user(MANAGER)
		for name, may in ((picker, False), (self.template("HX" + "c" * 32), True)):
			shown = frappe.get_doc(TEMPLATE, name)
			shown.run_method("onload")
			self.assertEqual(shown.get_onload("can_be_copied"), may)
		frappe.set_user("Administrator")
