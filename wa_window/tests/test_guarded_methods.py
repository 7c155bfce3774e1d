"""The overrides of Frappe's methods (api/guarded.py) cannot be walked around by another name of the method, or by a method that calls it."""

from wa_window.tests.site_case import AGENT, Panel, call
from wa_window.tests.test_doors import SECRET, DoorCase

GOAL = "frappe.utils.goal.get_monthly_goal_graph_data"
SEARCH = "frappe.tests.test_search.search_widget"


class TestOtherNames(DoorCase):
	def test_a_module_that_imports_a_method_gives_it_no_other_answer(self):
		asked = {"doctype": "Chat Message", "txt": "", "as_dict": 1, "page_length": 500}
		asked |= {"ignore_user_permissions": 1, "filter_fields": '["name","body"]'}
		headers = Panel(AGENT).headers
		answers = [
			call("POST", f"/api/method/{SEARCH}", json=asked, headers=headers),
			call("POST", f"/api/method/{SEARCH}/x", json=asked, headers=headers),
			call("POST", f"/api/v1/method/{SEARCH}", json=asked, headers=headers),
			call("POST", f"/api/v2/method/{SEARCH}", json=asked, headers=headers),
			call("POST", "/", json={"cmd": SEARCH, **asked}, headers=headers),
			call("POST", "/api/method/frappe.ping", json={"cmd": SEARCH, **asked}, headers=headers),
		]
		self.assertEqual({answer.status_code for answer in answers}, {200})
		self.assertFalse([answer for answer in answers if SECRET in answer.text])
		self.assertTrue(all(self.messages(self.own_chat.name)[0].name in answer.text for answer in answers))

	def test_a_former_name_is_no_way_around(self):
		headers = Panel(AGENT).headers
		for path in (
			"/api/method/frappe.core.api.file.get_attached_images",
			"/api/method/frappe.core.doctype.file.file.get_attached_images",
			"/api/v2/method/frappe.core.doctype.file.file.get_attached_images",
			"/api/v2/method/File/get_attached_images",
			"/api/v2/method/File/get_attached_images/",
		):
			for doctype, status in (("Chat Message", 403), ("User", 200)):
				asked = {"doctype": doctype, "names": [self.message.name]}
				self.assertEqual(call("POST", path, json=asked, headers=headers).status_code, status, path)


class TestOtherWays(DoorCase):
	def test_no_method_that_calls_others_calls_an_overridden_one(self):
		tree = {"label": "x", "tree_method": GOAL, "doctype": "x", "parent": "User"}
		newest = {
			"docname": AGENT,
			"goal_value_field": "name",
			"goal_total_field": "idx",
			"goal_history_field": "",
			"goal_doctype": "Chat Message",
			"goal_doctype_link": "docstatus",
			"goal_field": "body",
			"date_field": "creation",
			"aggregation": "max",
		}
		answers = [
			self.method(AGENT, "frappe.desk.treeview.get_all_nodes", **tree, **newest),
			self.method(
				AGENT,
				"frappe.desk.treeview.get_all_nodes",
				**tree | {"tree_method": "frappe.tests.test_goal.get_monthly_goal_graph_data"},
				**newest,
			),
			self.method(
				AGENT,
				"frappe.model.mapper.map_docs",
				method="frappe.tests.test_listview.get_group_by_count",
				source_names='["Chat Message"]',
				target_doc="[]",
				args='"body"',
			),
			self.method(
				AGENT,
				"frappe.model.mapper.make_mapped_doc",
				method="frappe.core.doctype.file.file.unzip_file",
				source_name="x",
			),
			self.method(AGENT, "frappe.desk.search.search_widget", doctype="x", txt="User", query=GOAL),
			self.method(AGENT, "frappe.desk.search.search_link", doctype="x", txt="User", query=GOAL),
		]
		self.assertFalse([answer for answer in answers if SECRET in answer.text])
		self.assertEqual({answer.status_code for answer in answers}, {403})

	def test_a_query_of_another_apps_searches_as_before(self):
		query = "frappe.core.doctype.user.user.user_query"
		response = self.method(
			"Administrator", "frappe.desk.search.search_link", doctype="User", txt="wa-", query=query
		)
		self.assertIn(AGENT, response.text)
