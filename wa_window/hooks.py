from wa_window.frappe_host.records.record_types import doctypes_on_bench
from wa_window.frappe_host.setup.apps_screen import AppsScreenEntry

app_name = "wa_window"
app_title = "WA Window"
app_publisher = "WA Window"
app_description = (
	"A lead's WhatsApp chat on the Lead, inside Meta's 24-hour customer service window, over Twilio."
)
app_license = "mit"
required_apps: list[str] = []

# Installation

after_install = "wa_window.frappe_host.setup.install.after_install"
after_app_install = "wa_window.frappe_host.setup.install.after_app_install"
after_app_uninstall = "wa_window.frappe_host.setup.install.after_app_uninstall"
before_uninstall = "wa_window.frappe_host.setup.uninstall.before_uninstall"
after_uninstall = "wa_window.frappe_host.setup.uninstall.after_uninstall"
after_migrate = "wa_window.frappe_host.setup.install.after_migrate"

# The apps screen, which leads to the inbox.
# Frappe opens the Desk after a login only where all apps are in it (apps.py, get_default_path). v16 has the Desk at /desk; v15 leads
# from there to its own /app (hooks.py, website_redirects), and takes a route below /app for a workspace's (apps.py, get_route).

add_to_apps_screen = [
	AppsScreenEntry(
		name=app_name,
		logo="/assets/wa_window/icons/desktop_icons/solid/wa_window.svg",
		title=app_title,
		route="/desk/whatsapp",
		has_permission="wa_window.frappe_host.records.permissions.may_open_app",
	)
]

# The Desk, and in it lead forms and lists

extend_bootinfo = "wa_window.frappe_host.records.record_types.extend_bootinfo"
app_include_js = ["wa_window_bell.bundle.js", "wa_window_states.bundle.js"]
app_include_css = ["wa_window_bell.bundle.css"]

_leads = doctypes_on_bench()
doctype_js = dict.fromkeys(_leads, "public/js/record_form.js")

_lists = ["public/js/list_windows.js", "public/js/send_to_many.js"]
doctype_list_js = {
	**{lead: [*_lists, "public/js/record_list.js"] for lead in _leads},
	"Chat Conversation": _lists,
}

# Leads

_lead_events = {
	"validate": "wa_window.frappe_host.records.leads.set_wa_phone",
	"after_insert": "wa_window.frappe_host.records.conversions.on_insert",
	"on_update": [
		"wa_window.frappe_host.records.leads.show_on_chats",
		"wa_window.frappe_host.records.leads.mark_earlier_numbers",
	],
	"after_rename": "wa_window.frappe_host.records.leads.move_chats",
	"on_trash": [
		"wa_window.frappe_host.records.leads.unlink",
		"wa_window.frappe_host.records.record_notifications.delete_for_document",
	],
}
doc_events = {
	**dict.fromkeys(_leads, _lead_events),
	"Auto Email Report": {"validate": "wa_window.frappe_host.records.report_permissions.refuse_mailing"},
	"File": {"validate": "wa_window.frappe_host.files.file_guard.validate_file"},
	"ToDo": {
		"on_update": "wa_window.frappe_host.records.assignments.on_assignment",
		"after_delete": "wa_window.frappe_host.records.assignments.on_assignment",
	},
	"DocShare": {"validate": "wa_window.frappe_host.records.permissions.refuse_share"},
	"Personal Data Download Request": {
		"after_insert": "wa_window.frappe_host.records.personal_data.add_chats"
	},
	"Personal Data Deletion Request": {
		"on_update": "wa_window.frappe_host.records.personal_data.erase_chats"
	},
	"Prepared Report": {"before_insert": "wa_window.frappe_host.records.report_permissions.refuse_preparing"},
	"Report": {"on_update": "wa_window.frappe_host.records.report_permissions.refuse_mailing_changed"},
	"User": {"on_trash": "wa_window.frappe_host.store.read_states.delete_of_user"},
}
ignore_links_on_delete = ["Chat Conversation", "Template Batch Row"]

# Permissions

has_permission = {
	"Chat Conversation": "wa_window.frappe_host.records.permissions.has_conversation_permission",
	"Chat Message": "wa_window.frappe_host.records.permissions.has_message_permission",
	"Chat Quick Reply": "wa_window.frappe_host.records.quick_replies.has_quick_reply_permission",
	"CRM Notification": "wa_window.frappe_host.records.notification_permissions.has_crm_permission",
	"File": "wa_window.frappe_host.files.file_guard.has_file_permission",
	"Notification Log": "wa_window.frappe_host.records.notification_permissions.has_desk_permission",
	"Tag Link": "wa_window.frappe_host.records.permissions.has_tag_permission",
	"Template Batch": "wa_window.frappe_host.records.batch_permissions.has_batch_permission",
	"Template Batch Row": "wa_window.frappe_host.records.batch_permissions.has_row_permission",
}
permission_query_conditions = {
	"Chat Conversation": "wa_window.frappe_host.records.permissions.conversation_query",
	"Chat Message": "wa_window.frappe_host.records.permissions.message_query",
	"Chat Message Media": "wa_window.frappe_host.records.permissions.media_query",
	"Chat Quick Reply": "wa_window.frappe_host.records.quick_replies.quick_reply_query",
	"CRM Notification": "wa_window.frappe_host.records.notification_permissions.crm_query",
	"File": "wa_window.frappe_host.files.file_guard.file_query",
	"Tag Link": "wa_window.frappe_host.records.permissions.tag_query",
	"Template Batch": "wa_window.frappe_host.records.batch_permissions.batch_query",
	"Template Batch Row": "wa_window.frappe_host.records.batch_permissions.row_query",
}
after_request = ["wa_window.frappe_host.files.file_guard.add_headers"]

# Overrides of Frappe's methods that would bypass the permissions of our data, whichever of their names a request uses

_guarded = "wa_window.api.guarded"
before_request = ["wa_window.frappe_host.method_names.use_own_name"]
override_whitelisted_methods = {
	"frappe.client.get_count": f"{_guarded}.get_count",
	"frappe.core.api.file.get_attached_images": f"{_guarded}.get_attached_images",
	"frappe.core.api.file.unzip_file": f"{_guarded}.unzip_file",
	"frappe.desk.doctype.dashboard_chart.dashboard_chart.get": f"{_guarded}.get_chart",
	"frappe.desk.doctype.tag.tag.get_tagged_docs": f"{_guarded}.get_tagged_docs",
	"frappe.desk.form.utils.get_next": f"{_guarded}.get_next",
	"frappe.desk.listview.get_group_by_count": f"{_guarded}.get_group_by_count",
	"frappe.desk.query_report.export_query": f"{_guarded}.export_query",
	"frappe.desk.query_report.run": f"{_guarded}.run_report",
	"frappe.desk.search.get_link_title": f"{_guarded}.get_link_title",
	"frappe.desk.search.search_link": f"{_guarded}.search_link",
	"frappe.desk.search.search_widget": f"{_guarded}.search_widget",
	"frappe.desk.treeview.get_all_nodes": f"{_guarded}.get_all_nodes",
	"frappe.model.mapper.make_mapped_doc": f"{_guarded}.make_mapped_doc",
	"frappe.model.mapper.map_docs": f"{_guarded}.map_docs",
	"frappe.utils.file_manager.add_attachments": f"{_guarded}.add_attachments",
	"frappe.utils.goal.get_monthly_goal_graph_data": f"{_guarded}.get_monthly_goal_graph_data",
	"frappe.workflow.doctype.workflow.workflow.get_workflow_state_count": f"{_guarded}.get_workflow_state_count",
}

# Jobs

scheduler_events = {
	"all": ["wa_window.frappe_host.jobs.sweep.sweep"],
	"cron": {
		"*/5 * * * *": [
			"wa_window.frappe_host.jobs.catch_up.catch_up_messages",
			"wa_window.frappe_host.desk.notifications.remind_of_closing_windows",
			"wa_window.frappe_host.jobs.template_approvals.follow",
		]
	},
	"daily_long": [
		"wa_window.frappe_host.jobs.template_sync.sync_daily",
		"wa_window.frappe_host.records.erase.delete_expired_messages",
	],
}
