"""Who sees which chats in the inbox's lists: those that the permissions of their records allow, and no others."""

from functools import partial
from threading import Thread
from unittest.mock import patch

import frappe
from frappe.desk.form import assign_to

from wa_window.chat.search import search_for
from wa_window.frappe_host.store import chat_search
from wa_window.frappe_host.store.recompute import compare_all
from wa_window.tests.chat_list_case import LEAD, QUEUES, SALES, VISIT, ChatListCase
from wa_window.tests.site_case import AGENT, MANAGER, STRANGER, Panel, SiteCase, with_own_connection


class TestWhoSeesWhichChats(ChatListCase):
	def test_who_may_read_all_records_sees_all_their_chats(self):
		names = {self.chat()[1], self.chat(VISIT)[1]}
		self.require_permitted(names)

	def test_managers_alone_see_chats_without_a_record(self):
		_record, linked = self.chat()
		phone = self.phone()
		alone = self.written_by(phone).name
		self.names.append(alone)
		self.require_permitted({linked})
		self.require_permitted({linked, alone}, MANAGER)

	def test_a_user_permission_on_records_or_on_a_field_of_theirs_limits_the_lists(self):
		_record, one = self.chat(VISIT, agent=AGENT)
		_record, nobodys = self.chat(VISIT)
		self.chat(VISIT, agent=MANAGER)
		_lead, of_lead = self.chat(lead_owner=AGENT)
		self.chat(lead_owner=MANAGER)
		self.limit("User", AGENT)
		self.require_permitted({one, nobodys, of_lead})
		frappe.db.set_single_value("System Settings", "apply_strict_user_permissions", 1)
		self.addCleanup(frappe.db.set_single_value, "System Settings", "apply_strict_user_permissions", 0)
		frappe.db.commit()
		frappe.clear_cache()
		self.require_permitted({one, of_lead})

	def test_a_user_permission_on_one_record_leaves_its_chat_and_those_of_other_types(self):
		record, one = self.chat(VISIT)
		self.chat(VISIT)
		_lead, other_type = self.chat()
		self.limit(VISIT, record.name)
		self.require_permitted({one, other_type})

	def test_a_shared_record_is_seen_beside_those_of_ones_own(self):
		_record, one = self.chat(VISIT, agent=AGENT)
		shared, other = self.chat(VISIT, agent=MANAGER)
		self.limit("User", AGENT)
		self.require_permitted({one})
		self.share(shared)
		self.require_permitted({one, other})

	def test_who_may_read_no_records_but_a_shared_one_sees_its_chat_alone(self):
		self.permit(VISIT, SALES)
		self.permit(LEAD, SALES)
		shared, one = self.chat(VISIT)
		self.chat(VISIT)
		self.chat()
		self.require_permitted(set())
		self.share(shared)
		self.require_permitted({one})

	def test_who_may_read_no_records_sees_no_chat_by_a_user_permission_alone(self):
		self.permit(VISIT, SALES)
		self.permit(LEAD, SALES)
		record, _name = self.chat(VISIT)
		self.chat(VISIT)
		self.limit(VISIT, record.name)
		self.require_permitted(set())

	def test_who_may_select_records_without_reading_them_sees_no_chat(self):
		self.permit(VISIT, "WA Window Agent", read=0, select=1)
		self.chat(VISIT)
		self.require_permitted(set())

	def test_who_may_read_their_own_records_only_sees_their_chats(self):
		self.permit(VISIT, "WA Window Agent", if_owner=1)
		own, one = self.chat(VISIT)
		shared, other = self.chat(VISIT)
		self.chat(VISIT)
		_lead, of_lead = self.chat()
		own.db_set("owner", AGENT)
		frappe.db.commit()
		self.require_permitted({one, of_lead})
		self.share(shared)
		self.require_permitted({one, other, of_lead})

	def test_who_has_no_role_of_ours_has_no_lists(self):
		self.chat()
		for queue in QUEUES:
			self.assertEqual(Panel(STRANGER).get("inbox.chats", queue=queue).status_code, 403)


class TestWhoseChats(ChatListCase):
	def test_mine_are_those_of_records_that_i_own_or_that_are_assigned_to_me(self):
		_lead, owned = self.chat(lead_owner=AGENT)
		lead, assigned = self.chat(lead_owner=MANAGER)
		visit, anothers = self.chat(VISIT)
		assign_to.add({"doctype": LEAD, "name": lead.name, "assign_to": [AGENT]})
		assign_to.add({"doctype": VISIT, "name": visit.name, "assign_to": [MANAGER]})
		frappe.db.commit()
		self.assertEqual(self.listed("mine"), {owned, assigned})
		self.assertEqual(self.listed("unassigned"), set())
		assign_to.remove(LEAD, lead.name, AGENT)
		assign_to.remove(VISIT, visit.name, MANAGER)
		frappe.db.commit()
		self.assertEqual(self.listed("mine"), {owned})
		self.assertEqual(self.listed("unassigned"), {anothers})

	def test_what_is_assigned_to_me_but_not_readable_is_not_listed(self):
		visit, name = self.chat(VISIT)
		assign_to.add({"doctype": VISIT, "name": visit.name, "assign_to": [AGENT]})
		frappe.db.delete("DocShare", {"user": AGENT})
		self.permit(VISIT, SALES)
		self.assertEqual(self.listed("mine"), set())
		self.assertNotIn(name, self.listed("all"))

	def test_a_chat_is_nobodys_once_all_assignments_have_ended_at_once(self):
		if frappe.db.db_type == "sqlite":
			self.skipTest("on SQLite one transaction holds all")
		for _ in range(3):
			visit, name = self.chat(VISIT)
			for user in (AGENT, MANAGER):
				assign_to.add({"doctype": VISIT, "name": visit.name, "assign_to": [user]})
			frappe.db.commit()
			self.assertEqual(self.unassigned(name), 0)
			todos = frappe.get_all("ToDo", {"reference_name": visit.name}, pluck="name")
			threads = [Thread(target=with_own_connection(partial(close, todo))) for todo in todos]
			for thread in threads:
				thread.start()
			for thread in threads:
				thread.join(60)
			self.assertEqual(self.listed("unassigned"), {name})
			self.names.clear()

	def test_verify_finds_and_mends_a_wrong_column(self):
		_lead, owned = self.chat(lead_owner=AGENT)
		_visit, nobodys = self.chat(VISIT)
		for name in (owned, nobodys):
			frappe.db.set_value("Chat Conversation", name, "unassigned", 1 - self.unassigned(name))
		frappe.db.commit()
		found = {each.name: each.field for batch in compare_all(kept_since_ms=0, fix=True) for each in batch}
		self.assertEqual([found.get(name) for name in (owned, nobodys)], ["unassigned"] * 2)
		self.assertEqual((self.unassigned(owned), self.unassigned(nobodys)), (0, 1))

	def test_a_chat_is_nobodys_when_its_record_loses_its_owner_or_is_deleted(self):
		lead, name = self.chat(lead_owner=AGENT)
		self.assertEqual(self.unassigned(name), 0)
		lead.reload()
		lead.update({"lead_owner": ""}).save()
		self.assertEqual(self.unassigned(name), 1)
		lead.update({"lead_owner": AGENT}).save()
		lead.delete()
		self.assertEqual(self.unassigned(name), 1)

	def unassigned(self, name: str) -> int:
		frappe.db.commit()
		return frappe.db.get_value("Chat Conversation", name, "unassigned")


def close(todo: str) -> None:
	"""As often as it takes: Frappe itself reads the assignments of a record with locks, which may deadlock."""
	for _ in range(10):
		try:
			frappe.get_doc("ToDo", todo).update({"status": "Closed"}).save(ignore_permissions=True)
			frappe.db.commit()
			return
		except frappe.QueryDeadlockError:
			frappe.db.rollback()


class TestSearchedMessages(SiteCase):
	def test_where_there_are_many_messages_those_of_the_older_chats_are_left_for_the_next_answer(self):
		latest = [self.written_by(self.phone(), body="Kavling bernomor").name for _ in range(4)]
		search = search_for("bernomor", "ID", self.now_ms)
		for most, at_once, found in ((10, 100, 4), (3, 1, 3), (2, 2, 2), (10, 3, 4)):
			with patch.multiple(chat_search, MESSAGES_READ=most, CHATS_AT_ONCE=at_once):
				expected = ({*latest[:found]}, found)
				found_and_read = chat_search.found(search, latest, 5, is_last=True)
				self.assertEqual(found_and_read, expected, (most, at_once))
