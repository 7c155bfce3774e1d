import json
import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import frappe
from frappe.apps import get_apps
from frappe.modules.import_file import import_file_by_path

import wa_window
from wa_window.frappe_host.records.own_doctypes import DOCTYPES
from wa_window.frappe_host.records.record_types import existing_record_types, record_types
from wa_window.frappe_host.settings import SETTINGS, auth_tokens
from wa_window.frappe_host.setup import desktop_icon, install, uninstall
from wa_window.patches.v1_1 import remove_generated_desktop_icon
from wa_window.tests.site_case import ADMIN, AGENT, MANAGER, STRANGER, Panel, SiteCase, fill_in_settings

INDEXES = {
	"Chat Message": (
		"message_sid",
		"client_key",
		"wa_window_message_order",
		"wa_window_message_outbox",
		"wa_window_message_follow_up",
	),
	"Chat Conversation": ("wa_window_conversation_pair", "wa_window_conversation_inbound"),
	"Chat Message Media": ("wa_window_media_waiting",),
	"Chat Lead": ("wa_window_chat_lead_phone",),
	"Template Batch": ("wa_window_batch_status",),
	"Template Batch Row": ("wa_window_batch_row_position", "wa_window_batch_row_state"),
}

STEPS = [
	json.loads(path.read_text())["name"]
	for path in Path(wa_window.__file__).parent.glob("wa_window/onboarding_step/*/*.json")
]


class TestInstallation(SiteCase):
	def test_every_line_of_patches_txt_imports(self):
		lines = Path(wa_window.__file__).with_name("patches.txt").read_text().splitlines()
		for line in filter(lambda text: re.match(r"wa_window\.", text), lines):
			self.assertTrue(callable(frappe.get_attr(f"{line.split()[0]}.execute")))

	def test_every_hook_leads_to_a_function(self):
		paths = set()

		def collect(value):
			if isinstance(value, str) and value.startswith("wa_window."):
				paths.add(value)
			for inner in (
				value.values()
				if isinstance(value, dict)
				else value
				if isinstance(value, list | tuple)
				else ()
			):
				collect(inner)

		hooks = frappe.get_hooks(app_name="wa_window")
		for value in hooks.values():
			collect(value)
		self.assertTrue(paths)
		for path in paths:
			self.assertTrue(callable(frappe.get_attr(path)), path)

	def test_lead_types_have_their_tab_and_installing_twice_changes_nothing(self):
		install.extend_lead_types()
		fields = self.custom_fields()
		install.extend_lead_types()
		self.assertEqual(self.custom_fields(), fields)
		for lead_type in existing_record_types():
			meta = frappe.get_meta(lead_type.doctype, cached=False)
			for fieldname in ("wa_tab", "wa_chat_html", "wa_phone"):
				self.assertTrue(meta.has_field(fieldname), (lead_type.doctype, fieldname))
			self.assertFalse(meta.get_field("wa_chat_html").options)

	def test_an_admins_changes_are_not_overwritten(self):
		for lead_type in existing_record_types():
			name = frappe.db.exists("Custom Field", {"dt": lead_type.doctype, "fieldname": "wa_tab"})
			if not name:
				continue
			frappe.db.set_value("Custom Field", name, "label", "Obrolan")
			install.extend_lead_types()
			self.assertEqual(frappe.db.get_value("Custom Field", name, "label"), "Obrolan")
			frappe.db.set_value("Custom Field", name, "label", "WhatsApp")
			frappe.db.commit()
			frappe.clear_cache(doctype=lead_type.doctype)

	def test_the_inbox_of_a_large_site_lists_all_chats_unless_an_admin_wants_the_latest_only(self):
		chosen = ("List View Settings", "Chat Conversation", "disable_automatic_recency_filters")
		self.assertEqual(frappe.db.get_value(*chosen), 1)
		frappe.db.set_value(*chosen, 0)
		install.after_migrate()
		self.assertEqual(frappe.db.get_value(*chosen), 0)
		frappe.db.set_value(*chosen, 1)
		frappe.db.commit()

	def test_leads_from_before_the_app_get_their_number_without_being_modified(self):
		lead = self.lead(self.phone())
		frappe.db.set_value("Chat Lead", lead.name, "wa_phone", None, update_modified=False)
		install.fill_wa_phone("Chat Lead")
		row = frappe.db.get_value("Chat Lead", lead.name, ["wa_phone", "modified"], as_dict=True)
		self.assertEqual((row.wa_phone, str(row.modified)), (lead.phone, str(lead.modified)))

	def test_a_second_migrate_walks_no_leads_until_the_country_changes(self):
		install.extend_lead_types()
		lead = self.lead(self.phone())
		frappe.db.set_value("Chat Lead", lead.name, "wa_phone", None, update_modified=False)
		install.after_migrate()
		self.assertFalse(frappe.db.get_value("Chat Lead", lead.name, "wa_phone"))
		with patch("wa_window.frappe_host.setup.install.default_country", return_value="sg"):
			install.after_migrate()
		self.assertEqual(frappe.db.get_value("Chat Lead", lead.name, "wa_phone"), lead.phone)
		install.after_migrate()

	def test_leads_of_a_type_that_is_new_are_walked_once(self):
		lead = self.lead(self.phone())
		frappe.db.set_value("Chat Lead", lead.name, "wa_phone", None, update_modified=False)
		frappe.db.delete("DefaultValue", {"defkey": install.filled_key("Chat Lead")})
		frappe.clear_cache()
		install.after_migrate()
		self.assertEqual(frappe.db.get_value("Chat Lead", lead.name, "wa_phone"), lead.phone)

	def test_the_indexes_have_their_names(self):
		for doctype, names in INDEXES.items():
			for name in names:
				self.assertTrue(has_index(doctype, name), (doctype, name))

	def test_who_is_limited_by_two_links_has_their_records_found_in_one_index(self):
		if not frappe.db.exists("DocType", "Lead") or frappe.db.db_type != "mariadb":
			self.skipTest("needs ERPNext on MariaDB")
		permission = {"doctype": "User Permission", "user": AGENT, "allow": "User", "for_value": AGENT}
		doc = frappe.get_doc(permission).insert()
		self.addCleanup(frappe.delete_doc, doc.doctype, doc.name)  # an index commits
		install.extend_lead_types()
		for links in (("lead_owner", "qualified_by"), ("qualified_by", "lead_owner")):
			limits = " and ".join(f"(`{link}` is null or `{link}` in ('', '{AGENT}'))" for link in links)
			index = f"wa_window_lead_{'_'.join(links)}"
			plan = frappe.db.sql(
				f"explain select name from `tabLead` force index ({index}) where {limits}", as_dict=True
			)
			self.assertIn("Using index", plan[0].Extra.split("; "))

	def test_every_doctype_of_the_app_says_what_becomes_of_it(self):
		existing = frappe.get_all("DocType", {"module": "WA Window"}, pluck="name")
		self.assertEqual(set(DOCTYPES), set(existing))
		for doctype, shard in DOCTYPES.items():
			self.assertTrue(shard.why or (shard.erased and shard.expires and shard.verified), doctype)

	def test_the_roles_exist(self):
		for role in ("WA Window Manager", "WA Window Agent"):
			self.assertTrue(frappe.db.exists("Role", role))
		self.assertIn("WA Window Agent", frappe.get_roles(AGENT))
		self.assertIn("WA Window Manager", frappe.get_roles(MANAGER))

	def custom_fields(self) -> list:
		return frappe.get_all(
			"Custom Field",
			{"dt": ("in", list(record_types())), "module": "WA Window"},
			["name", "dt", "fieldname", "modified"],
			order_by="name asc",
		)


def has_index(doctype: str, name: str) -> bool:
	if frappe.db.db_type == "sqlite":
		rows = frappe.db.sql(f"pragma index_list(`tab{doctype}`)", as_dict=True)
		names = {row.name for row in rows}
		unique_columns = {
			info.name
			for row in rows
			if row.unique
			for info in frappe.db.sql(f"pragma index_info(`{row.name}`)", as_dict=True)
		}
		return name in names | unique_columns
	return bool(frappe.db.has_index(f"tab{doctype}", name))


class TestSettingsOfAnOlderVersion(SiteCase):
	def test_what_a_new_version_brought_has_its_default_and_what_an_admin_set_stays(self):
		frappe.db.delete(
			"Singles", {"doctype": SETTINGS, "field": ("in", ("media_limit_mb", "closing_hours"))}
		)
		frappe.db.set_single_value(SETTINGS, "notify_agents", 0)
		frappe.clear_document_cache(SETTINGS, SETTINGS)
		install.after_migrate()
		settings = frappe.get_doc(SETTINGS)
		self.assertEqual(
			(settings.media_limit_mb, settings.closing_hours, settings.notify_agents), (16, 2, 0)
		)


class TestScreensOfApps(SiteCase):
	"""v15's page of apps, v16's desktop and sidebar, Frappe CRM's list of apps."""

	folder = Path(wa_window.__file__).parent

	def test_who_may_chat_or_set_it_up_finds_the_app_and_others_do_not(self):
		for user, finds in ((AGENT, True), (MANAGER, True), (ADMIN, True), (STRANGER, False)):
			frappe.set_user(user)
			self.assertEqual("wa_window" in self.routes(), finds, user)

	def test_it_leads_out_of_the_desk_only_on_a_site_with_frappe_crm(self):
		frappe.set_user(ADMIN)
		without_crm = [app for app in frappe.get_installed_apps() if app != "crm"]
		for others, route in ((["crm"], "/whatsapp"), ([], "/desk/whatsapp")):
			if set(others) <= set(frappe.get_all_apps()):
				with patch("frappe.get_installed_apps", return_value=[*without_crm, *others]):
					self.assertEqual(self.routes()["wa_window"], route)

	def test_an_icon_that_v16_stores_leads_to_the_desk_whatever_is_installed(self):
		(tile,) = frappe.get_hooks("add_to_apps_screen", app_name="wa_window")
		with patch("frappe.get_installed_apps", return_value=["frappe", "crm", "wa_window"]):
			self.assertEqual(tile["route"], "/desk/whatsapp")

	@staticmethod
	def routes() -> dict[str, str]:
		frappe.local.request_cache.clear()  # v16 keeps the list of apps for a request's time
		return {app["name"]: app["route"] for app in get_apps()}

	def test_every_picture_of_the_app_is_there(self):
		(tile,) = frappe.get_hooks("add_to_apps_screen", app_name="wa_window")
		logos = [json.loads(path.read_text())["logo_url"] for path in self.files("desktop_icon")]
		# v16 finds the icon in both of its styles by the icon's name (utils.js, get_desktop_icon).
		icons = [
			f"/assets/wa_window/icons/desktop_icons/{style}/wa_window.svg" for style in ("solid", "subtle")
		]
		for url in (tile["logo"], *logos, *icons):
			path = url.replace("/assets/wa_window/", "public/")
			self.assertTrue((self.folder / path).exists(), url)

	def test_what_v16_made_up_before_gives_way_to_the_apps_own(self):
		self.needs_v16()
		self.make_up()
		remove_generated_desktop_icon.execute()
		for doctype in ("workspace_sidebar", "desktop_icon"):
			for path in self.files(doctype):
				import_file_by_path(str(path))
		self.assertEqual(self.tiles(), [("WA Window", "Link", "wa_window", 1)])
		icons = [item.icon for item in frappe.get_doc("Workspace Sidebar", "WA Window").items]
		self.assertTrue(icons and all(icons), icons)
		remove_generated_desktop_icon.execute()
		self.assertEqual(len(self.tiles()), 1)

	def test_v16_makes_up_nothing_beside_the_apps_own(self):
		self.needs_v16()
		from frappe.utils.install import auto_generate_icons_and_sidebar

		before = self.tiles(hidden=True)
		with redirect_stdout(StringIO()) as output:
			auto_generate_icons_and_sidebar()
		self.assertNotIn("Error", output.getvalue())
		self.assertEqual(self.tiles(hidden=True), before)
		self.assertEqual(frappe.db.count("Workspace Sidebar", {"name": ("like", "WA Window%")}), 1)

	def needs_v16(self) -> None:
		if not desktop_icon.has_desktop():
			self.skipTest("This Frappe has no desktop.")

	def files(self, doctype: str) -> list[Path]:
		return sorted((self.folder / doctype).glob("*.json"))

	def make_up(self) -> None:
		"""What v16 made up for 0.1.0, which had none of its own: a grey tile, and a sidebar without icons."""
		desktop_icon.remove_all()
		home = {"label": "Home", "type": "Link", "link_type": "Workspace", "link_to": "WA Window"}
		sidebar = {"doctype": "Workspace Sidebar", "title": "WA Window", "items": [home]}
		link = {"link_type": "Workspace Sidebar", "link_to": "WA Window", "icon_type": "Link"}
		for made_up in (sidebar, {"doctype": "Desktop Icon", "label": "WA Window", **link}):
			frappe.get_doc(made_up).insert()

	def tiles(self, hidden: bool = False) -> list[tuple]:
		ours = {"name": ("like", "WA Window%")} | ({} if hidden else {"hidden": 0})
		rows = frappe.get_all(
			"Desktop Icon", ours, ["name", "icon_type", "app", "standard"], order_by="name asc"
		)
		return [(row.name, row.icon_type, row.app, row.standard) for row in rows]


class TestUninstalling(SiteCase):
	"""What is deleted before Frappe drops the app's tables; a rollback restores all of it, as after a dry run."""

	def test_no_secret_setting_job_or_row_about_our_doctypes_is_left(self):
		lead = self.lead(self.phone(), lead_owner=AGENT)
		conversation = self.written_by(lead.phone)
		self.post_process_all()
		frappe.get_doc("Chat Conversation", conversation.name).add_comment("Comment", "a comment")
		frappe.share.add("Chat Lead", lead.name, AGENT, read=1)
		self.save_a_layout()
		frappe.db.commit()
		before = self.left()
		self.assertTrue(all(before.values()), before)
		uninstall.before_uninstall()
		self.assertEqual({what: rows for what, rows in self.left().items() if rows}, {})
		self.assertEqual(list(auth_tokens()), [])
		frappe.db.rollback()
		frappe.clear_document_cache(SETTINGS, SETTINGS)
		self.assertEqual(self.left(), before)

	def save_a_layout(self) -> None:
		"""Somebody has arranged their desktop and their sidebar."""
		if not desktop_icon.has_desktop():
			return
		icons = frappe.get_all("Desktop Icon", fields=["name", "label", "icon_type", "link_to"])
		made = [{"doctype": "Desktop Layout", "user": MANAGER, "layout": json.dumps(icons)}]
		copy = frappe.copy_doc(frappe.get_doc("Workspace Sidebar", "WA Window"), ignore_no_copy=False)
		made.append(copy.as_dict() | {"title": f"WA Window-{MANAGER}", "for_user": MANAGER, "standard": 0})
		for values in made:
			doc = frappe.get_doc(values).insert()
			self.addCleanup(self.delete, doc.doctype, doc.name)

	def delete(self, doctype: str, name: str) -> None:
		frappe.delete_doc(doctype, name, force=True)
		frappe.db.commit()

	def test_a_dry_run_deletes_no_file_of_a_customer(self):
		self.addCleanup(frappe.clear_cache)  # the hooks of the apps that are said to be there
		conversation = self.written_by(self.phone())
		(message,) = self.messages(conversation.name)
		attached = {"attached_to_doctype": "Chat Message", "attached_to_name": message.name}
		file = {"doctype": "File", "file_name": "foto.txt", "content": "x", "is_private": 1, **attached}
		doc = frappe.get_doc(file).insert()
		uninstall.after_uninstall()
		self.assertTrue(Path(doc.get_full_path()).exists())
		others = [app for app in frappe.get_installed_apps() if app != "wa_window"]
		with patch("frappe.get_installed_apps", return_value=others):
			uninstall.after_uninstall()
		self.assertFalse(Path(doc.get_full_path()).exists())

	def test_of_an_app_that_is_gone_the_chats_are_unlinked_but_of_this_one_nothing_is_left_to_ask(self):
		self.addCleanup(frappe.clear_cache)  # the hooks of the apps that are said to be there
		gone = patch.object(frappe, "get_installed_apps", return_value=["frappe"])
		with gone, patch.object(install, "unlink_deleted_types") as unlink:
			install.after_app_uninstall("wa_window")
			unlink.assert_not_called()
			install.after_app_uninstall("crm")
			unlink.assert_called_once_with()

	def test_the_chats_of_a_crm_that_is_gone_are_the_managers(self):
		missing = next(
			(doctype for doctype in record_types() if not frappe.db.exists("DocType", doctype)), None
		)
		if not missing:
			self.skipTest("Every CRM that the app knows is installed here.")
		fill_in_settings(create_leads=0)
		chat = self.written_by(self.phone())
		gone = {"lead_doctype": missing, "lead": "GONE-1", "lead_title": None}
		frappe.db.set_value("Chat Conversation", chat.name, gone)
		frappe.db.commit()
		meant = {"lead_doctype": "Chat Conversation", "lead": chat.name}
		for user, status in ((MANAGER, 200), (AGENT, 403)):
			self.assertEqual(Panel(user).get("chat.open", **meant).status_code, status, user)
			self.assertEqual(Panel(user).get("templates.usable", **meant).status_code, status, user)
			answer = Panel(user).resource("GET", f"Chat Conversation/{chat.name}")
			self.assertEqual(answer.status_code, status, user)
		self.post_process_all()
		self.assertEqual(frappe.db.count("Chat Message", {"conversation": chat.name, "follow_up": "done"}), 1)
		frappe.db.set_value("Chat Conversation", chat.name, gone)
		install.after_app_uninstall("erpnext" if missing == "Lead" else "crm")
		row = self.store.conversation(chat.name)
		self.assertEqual((row.lead_doctype, row.lead), ("", ""))

	def left(self) -> dict[str, int]:
		ours = ("in", list(DOCTYPES))
		on_the_desktop = (
			{
				"icons": frappe.db.count("Desktop Icon", {"name": ("like", "WA Window%")}),
				"sidebars": frappe.db.count("Workspace Sidebar", {"name": ("like", "WA Window%")}),
				"layouts": frappe.db.count("Desktop Layout", {"layout": ("like", "%WA Window%")}),
			}
			if desktop_icon.has_desktop()
			else {}
		)
		return on_the_desktop | {
			"secrets": len(list(auth_tokens())),
			"marks": frappe.db.count("DefaultValue", {"defkey": ("like", "wa_window%")}),
			"settings": len(frappe.db.get_singles_dict(SETTINGS)),
			"jobs": frappe.db.count("Scheduled Job Type", {"method": ("like", "wa_window.%")}),
			"list settings": frappe.db.count("List View Settings", {"name": ours}),
			"steps": frappe.db.count("Onboarding Step", {"name": ("in", STEPS)}),
			"comments": frappe.db.count("Comment", {"reference_doctype": ours}),
			"shares": frappe.db.count("DocShare", {"share_doctype": ours}),
			"bells": frappe.db.count("Notification Log", {"link": ("like", "%#wa_tab")}),
		}
