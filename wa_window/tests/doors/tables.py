"""The doors, each with what its answer would contain without permission checks (the letters of world.THINGS)."""

import json
from dataclasses import dataclass
from datetime import date, timedelta

from .world import (
	BATCH,
	BATCH_ROW,
	CHAT_RECORD,
	CONVERSATION,
	DRAFT,
	DRAFT_BUTTON,
	DRAFT_SAMPLE,
	ERASED,
	LEAD,
	MEDIA,
	MESSAGE,
	OPT_OUT,
	QUICK_REPLY,
	READ_STATE,
	RECORD_CONVERSION,
	SENDER,
	SETTINGS,
	TAG,
	TEMPLATE,
	VARIABLE,
	get,
	post,
)

CHATS, LEADS = "ABN", "ab"
TWO_MONTHS = {"from_date": str(date.today() - timedelta(days=60)), "to_date": str(date.today())}


@dataclass(frozen=True)
class Kind:
	"""A DocType of the app: the things of its rows, a field that identifies the thing, its parent's DocType."""

	of: str
	identified_by: str
	parent: str = ""

	@property
	def single(self) -> bool:
		return self.of == "S" and not self.parent


DOCTYPES = {
	CONVERSATION: Kind(CHATS, "last_message_preview"),
	MESSAGE: Kind(CHATS, "body"),
	MEDIA: Kind(CHATS, "filename", parent=MESSAGE),
	LEAD: Kind(LEADS, "lead_name"),
	TEMPLATE: Kind("T", "friendly_name"),
	VARIABLE: Kind("T", "sample", parent=TEMPLATE),
	DRAFT: Kind("D", "template_name"),
	DRAFT_BUTTON: Kind("D", "title", parent=DRAFT),
	DRAFT_SAMPLE: Kind("D", "sample", parent=DRAFT),
	ERASED: Kind("E", "message_sid"),
	OPT_OUT: Kind("O", "name"),
	READ_STATE: Kind("R", "user"),
	CHAT_RECORD: Kind("R", "record"),
	RECORD_CONVERSION: Kind("R", "record"),
	QUICK_REPLY: Kind("QGP", "title"),
	BATCH: Kind("C", "template_name"),
	BATCH_ROW: Kind("XY", "record_title"),
	SETTINGS: Kind("S", "public_url"),
	SENDER: Kind("S", "label", parent=SETTINGS),
}

# Requested once for a whole DocType: <doctype>, identifying <field>, <parent>. Those in EXACT return exactly what the user may
# know.
_FIELDS = '["name","<field>"]'
_COLUMN = "`tab<doctype>`.`<field>`"
LISTS = {
	"REST": get("/api/resource/<doctype>", fields=_FIELDS, limit_page_length="0", parent="<parent>"),
	"REST v2": get("/api/v2/document/<doctype>", fields=_FIELDS, limit="10000", parent="<parent>"),
	"client.get_list": post(
		"frappe.client.get_list",
		doctype="<doctype>",
		parent="<parent>",
		fields=["name", "<field>"],
		limit_page_length=0,
	),
	"reportview.get": post(
		"frappe.desk.reportview.get",
		doctype="<doctype>",
		parent_doctype="<parent>",
		fields='["`tab<doctype>`.`name`","`tab<doctype>`.`<field>`"]',
		page_length=1000,
		start=0,
	),
	"reportview.get_list": post(
		"frappe.desk.reportview.get_list",
		doctype="<doctype>",
		parent_doctype="<parent>",
		fields='["name","<field>"]',
		page_length=1000,
		start=0,
	),
	"search_widget": post(
		"frappe.desk.search.search_widget",
		doctype="<doctype>",
		txt="",
		page_length=1000,
		as_dict=1,
		filter_fields='["<field>"]',
	),
	"search_widget, permissions ignored": post(
		"frappe.desk.search.search_widget",
		doctype="<doctype>",
		txt="",
		page_length=1000,
		as_dict=1,
		filter_fields='["<field>"]',
		ignore_user_permissions=1,
		reference_doctype="<parent>",
	),
	"search_widget by another name": post(
		"frappe.tests.test_search.search_widget",
		doctype="<doctype>",
		txt="",
		page_length=1000,
		as_dict=1,
		filter_fields='["<field>"]',
		ignore_user_permissions=1,
	),
	"search_widget by a query": post(
		"frappe.desk.search.search_widget",
		doctype="<doctype>",
		txt="",
		page_length=1000,
		query="frappe.desk.search.search_widget",
		searchfield="name",
		ignore_user_permissions=1,
	),
	"search_link, permissions ignored": post(
		"frappe.desk.search.search_link",
		doctype="<doctype>",
		txt="",
		searchfield="<field>",
		page_length=1000,
		ignore_user_permissions=1,
		reference_doctype="<parent>",
	),
	"treeview.get_all_nodes by a search": post(
		"frappe.desk.treeview.get_all_nodes",
		doctype="<doctype>",
		label="x",
		parent="",
		tree_method="frappe.desk.search.search_widget",
		ignore_user_permissions=1,
		as_dict=1,
		page_length=1000,
		filter_fields='["<field>"]',
	),
	"mapper.map_docs by a search": post(
		"frappe.model.mapper.map_docs",
		method="frappe.desk.search.search_widget",
		source_names='["<doctype>"]',
		target_doc="",
	),
	"mapper.make_mapped_doc by a search": post(
		"frappe.model.mapper.make_mapped_doc",
		method="frappe.desk.search.search_widget",
		source_name="<doctype>",
	),
	"treeview.get_children": post("frappe.desk.treeview.get_children", doctype="<doctype>", parent=""),
	"reportview.export_query": post(
		"frappe.desk.reportview.export_query",
		doctype="<doctype>",
		parent_doctype="<parent>",
		fields='["`tab<doctype>`.`name`","`tab<doctype>`.`<field>`"]',
		title="x",
		file_format_type="CSV",
	),
	"reportview.get_stats": post(
		"frappe.desk.reportview.get_stats", doctype="<doctype>", stats='["_user_tags","<field>"]'
	),
	"reportview.get_filter_dashboard_data": post(
		"frappe.desk.reportview.get_filter_dashboard_data",
		doctype="<doctype>",
		stats='[{"name":"<field>","type":"Data"}]',
	),
	"listview.get_group_by_count": post(
		"frappe.desk.listview.get_group_by_count", doctype="<doctype>", current_filters="[]", field="<field>"
	),
	"workflow.get_workflow_state_count": post(
		"frappe.workflow.doctype.workflow.workflow.get_workflow_state_count",
		doctype="<doctype>",
		workflow_state_field="<field>",
		states="[]",
	),
	"tag.get_tagged_docs": post(
		"frappe.desk.doctype.tag.tag.get_tagged_docs", doctype="<doctype>", tag=f"%{TAG}%"
	),
	"tag.get_documents_for_tag": post("frappe.desk.doctype.tag.tag.get_documents_for_tag", tag=TAG),
	"data_import.download_template": post(
		"frappe.core.doctype.data_import.data_import.download_template",
		doctype="<doctype>",
		export_fields='{"<doctype>":["name","<field>"]}',
		export_records="all",
		file_type="CSV",
	),
	"data_export.export_data": post(
		"frappe.core.doctype.data_export.exporter.export_data",
		doctype="<doctype>",
		all_doctypes=1,
		with_data=1,
		select_columns='{"<doctype>":["name","<field>"]}',
		file_type="CSV",
		template=0,
	),
	"calendar.get_events": post(
		"frappe.desk.calendar.get_events",
		doctype="<doctype>",
		start="2000-01-01",
		end="2100-01-01",
		field_map='{"start":"creation","end":"modified","title":"<field>"}',
		fields='["name","<field>"]',
	),
	"query_report.get_data_for_custom_field": post(
		"frappe.desk.query_report.get_data_for_custom_field", doctype="<doctype>", field="<field>"
	),
	"a chart that groups": post(
		"frappe.desk.doctype.dashboard_chart.dashboard_chart.get",
		chart=json.dumps(
			{
				"name": "x",
				"chart_type": "Group By",
				"group_by_type": "Count",
				"group_by_based_on": "<field>",
				"document_type": "<doctype>",
				"parent_document_type": "<parent>",
				"filters_json": "[]",
			}
		),
		refresh=1,
	),
	"a chart that groups, uncached": post(
		"frappe.desk.doctype.dashboard_chart.dashboard_chart.get",
		chart=json.dumps(
			{
				"name": "x",
				"chart_type": "Group By",
				"group_by_type": "Count",
				"group_by_based_on": "<field>",
				"document_type": "<doctype>",
				"parent_document_type": "<parent>",
				"filters_json": "[]",
			}
		),
		no_cache=1,
	),
	"www.list.get": post("frappe.www.list.get", doctype="<doctype>", limit=1000),
	"www.list.get_list_data": post(
		"frappe.www.list.get_list_data", doctype="<doctype>", limit=1000, fields=["name", "<field>"]
	),
	"notifications.get_notifications": post("frappe.desk.notifications.get_notifications"),
	"crm.get_data": post(
		"crm.api.doc.get_data",
		doctype="<doctype>",
		filters={},
		order_by="modified desc",
		page_length=1000,
		page_length_count=1000,
		columns=[{"label": "x", "key": "<field>", "type": "Data"}],
		rows=["name", "<field>"],
	),
}
EXACT = ("REST", "REST v2", "client.get_list", "reportview.get", "search_widget")
# Frappe 16 does not answer the others for child rows.
EXACT_OF_ROWS = ("REST", "client.get_list", "reportview.get")

# Requested once for a list of a Frappe DocType that holds data of ours. Those in ADMINS are permitted to System Managers by
# Frappe.
ADMINS = (
	"Comment list",
	"ToDo list",
	"Version list",
	"Deleted Document list",
	"Error Log list",
	"Activity Log list",
	"Access Log list",
)
FRAPPES_LISTS = {
	"Files": (CHATS, get("/api/resource/File", fields='["*"]', limit_page_length="0")),
	"Files of messages": (
		CHATS,
		get(
			"/api/resource/File",
			filters=f'[["attached_to_doctype","=","{MESSAGE}"]]',
			fields='["name","file_name","file_url","attached_to_name"]',
			limit_page_length="0",
		),
	),
	"Files by text": (CHATS, post("frappe.core.api.file.get_files_by_search_text", text=".csv")),
	"Files of a folder": (
		CHATS,
		post("frappe.core.api.file.get_files_in_folder", folder="Home/Attachments", page_length=1000),
	),
	"Files of quick replies": (
		"QGP",
		get(
			"/api/resource/File",
			filters=f'[["attached_to_doctype","=","{QUICK_REPLY}"]]',
			fields='["name","file_name","file_url","attached_to_name"]',
			limit_page_length="0",
		),
	),
	"File, searched": (
		CHATS,
		post(
			"frappe.desk.search.search_widget",
			doctype="File",
			txt="",
			page_length=1000,
			as_dict=1,
			filter_fields='["file_url","file_name","attached_to_name"]',
			ignore_user_permissions=1,
		),
	),
	"Files, grouped by name": (
		CHATS,
		post(
			"frappe.workflow.doctype.workflow.workflow.get_workflow_state_count",
			doctype="File",
			workflow_state_field="file_name",
			states="[]",
		),
	),
	"the bell, searched": (
		CHATS,
		post(
			"frappe.desk.search.search_widget",
			doctype="Notification Log",
			txt="",
			page_length=1000,
			as_dict=1,
			filter_fields='["subject"]',
			ignore_user_permissions=1,
		),
	),
	"the bell, grouped by text": (
		CHATS,
		post(
			"frappe.workflow.doctype.workflow.workflow.get_workflow_state_count",
			doctype="Notification Log",
			workflow_state_field="subject",
			states="[]",
		),
	),
	**{
		f"{doctype} list": (
			of,
			get(f"/api/resource/{doctype}", fields='["*"]', limit_page_length="0"),
		)
		for doctype, of in (
			("Comment", CHATS),
			("Version", LEADS),
			("ToDo", CHATS),
			("DocShare", CHATS),
			("Notification Log", CHATS),
			("Communication", CHATS),
			("Activity Log", CHATS),
			("Tag Link", CHATS),
			("Deleted Document", CHATS),
			("Error Log", CHATS),
			("Document Follow", CHATS),
			("Event", CHATS),
			("View Log", CHATS),
			("Access Log", CHATS),
			("Prepared Report", CHATS),
		)
	},
	"global search": (CHATS, post("frappe.utils.global_search.search", text="Kode", limit=1000)),
	"the report": (
		CHATS,
		post(
			"frappe.desk.query_report.run", report_name="Windows Closed Without an Answer", filters=TWO_MONTHS
		),
	),
	"the report of missed windows, exported": (
		CHATS,
		post(
			"frappe.desk.query_report.export_query",
			report_name="Windows Closed Without an Answer",
			filters=TWO_MONTHS,
			file_format_type="CSV",
			visible_idx=[],
		),
	),
	"the report of ads": (
		CHATS,
		post("frappe.desk.query_report.run", report_name="Leads by Ad", filters=TWO_MONTHS),
	),
	"the report of answer times": (
		CHATS,
		post("frappe.desk.query_report.run", report_name="Answer Times", filters=TWO_MONTHS),
	),
	"the report of templates": (
		CHATS,
		post("frappe.desk.query_report.run", report_name="Template Use", filters={}),
	),
	"child rows through their parent": (
		CHATS,
		post(
			"frappe.desk.reportview.get",
			doctype=MESSAGE,
			fields=f'["`tab{MESSAGE}`.`name`","`tab{MEDIA}`.`filename`","`tab{MEDIA}`.`url`"]',
			page_length=1000,
			start=0,
		),
	),
	"child rows through another parent": (
		CHATS,
		post(
			"frappe.client.get_list",
			doctype="ToDo",
			fields=[f"`tab{MEDIA}`.`filename`"],
			limit_page_length=0,
		),
	),
	"child rows without a parent": (
		CHATS,
		post("frappe.client.get_list", doctype=MEDIA, fields=["filename"], limit_page_length=0),
	),
	"child rows of a wrong parent": (
		CHATS,
		post("frappe.client.get_list", doctype=MEDIA, parent="ToDo", fields=["filename"]),
	),
	"a chat through its messages": (
		CHATS,
		post(
			"frappe.client.get_list",
			doctype=MESSAGE,
			fields=["name", "conversation.last_message_preview", "conversation.customer_phone"],
			limit_page_length=0,
		),
	),
	"a subquery in a field": (
		CHATS,
		post(
			"frappe.client.get_list",
			doctype="ToDo",
			fields=[f"(select group_concat(body) from `tab{MESSAGE}`) as x", "name"],
		),
	),
	"a subquery in an order": (
		CHATS,
		post(
			"frappe.client.get_list",
			doctype="ToDo",
			fields=["name"],
			order_by=f"(select body from `tab{MESSAGE}` limit 1)",
		),
	),
	"a field of a foreign table": (
		CHATS,
		post("frappe.client.get_list", doctype="ToDo", fields=[f"`tab{MESSAGE}`.`body`"]),
	),
}

# Requested for each thing by its names: only permitted users get it. <name> is the record's.
RECORDS = {
	"REST": get("/api/resource/<doctype>/<name>"),
	"REST v2": get("/api/v2/document/<doctype>/<name>/"),
	"REST v2 copy": get("/api/v2/document/<doctype>/<name>/copy"),
	"client.get": post("frappe.client.get", doctype="<doctype>", name="<name>", parent="<parent>"),
	"client.get by filters": post(
		"frappe.client.get", doctype="<doctype>", filters={"name": "<name>"}, parent="<parent>"
	),
	"client.get_value": post(
		"frappe.client.get_value",
		doctype="<doctype>",
		fieldname='["name","<field>"]',
		filters={"name": "<name>"},
		parent="<parent>",
	),
	"client.validate_link": post(
		"frappe.client.validate_link", doctype="<doctype>", docname="<name>", fields='["<field>"]'
	),
	"client.validate_link_and_fetch": post(
		"frappe.client.validate_link_and_fetch",
		doctype="<doctype>",
		docname="<name>",
		fields_to_fetch='["<field>"]',
	),
	"load.getdoc": post("frappe.desk.form.load.getdoc", doctype="<doctype>", name="<name>"),
	"load.get_docinfo": post("frappe.desk.form.load.get_docinfo", doctype="<doctype>", name="<name>"),
	"load.get_communications": post(
		"frappe.desk.form.load.get_communications", doctype="<doctype>", name="<name>"
	),
	"printview.get_html_and_style": post(
		"frappe.www.printview.get_html_and_style", doc="<doctype>", name="<name>"
	),
	"printview.get_rendered_raw_commands": post(
		"frappe.www.printview.get_rendered_raw_commands", doc="<doctype>", name="<name>"
	),
	"printview": get("/printview", doctype="<doctype>", name="<name>", format="Standard"),
	"link_preview": post("frappe.desk.link_preview.get_preview_data", doctype="<doctype>", docname="<name>"),
	"search.get_link_title": post("frappe.desk.search.get_link_title", doctype="<doctype>", docname="<name>"),
	"linked_with.get": post("frappe.desk.form.linked_with.get", doctype="<doctype>", docname="<name>"),
	"notifications.get_open_count": post(
		"frappe.desk.notifications.get_open_count",
		doctype="<doctype>",
		name="<name>",
		items='["Chat Message"]',
	),
	"tag.get_tags": post("frappe.desk.doctype.tag.tag.get_tags", doctype="<doctype>", txt=""),
	"run_doc_method": post("run_doc_method", dt="<doctype>", dn="<name>", method="get_signature"),
	"runserverobj": post(
		"runserverobj", dt="<doctype>", dn="<name>", method="add_comment", args={"text": "x"}
	),
	"file.get_attached_images": post(
		"frappe.core.api.file.get_attached_images", doctype="<doctype>", names='["<name>"]'
	),
	"file.get_attached_images by its former name": post(
		"frappe.core.doctype.file.file.get_attached_images", doctype="<doctype>", names='["<name>"]'
	),
	"query_report, custom column": post(
		"frappe.desk.query_report.get_data_for_custom_field",
		doctype="<doctype>",
		field="<field>",
		names='["<name>"]',
	),
	"get_print_settings_to_show": post(
		"frappe.printing.page.print.print.get_print_settings_to_show", doctype="<doctype>", docname="<name>"
	),
	"crm.get_linked_docs_of_document": post(
		"crm.api.doc.get_linked_docs_of_document", doctype="<doctype>", docname="<name>"
	),
	"erpnext.show_accounting_ledger_preview": post(
		"erpnext.controllers.stock_controller.show_accounting_ledger_preview",
		company="x",
		doctype="<doctype>",
		docname="<name>",
	),
	"print_format.download_pdf": post(
		"frappe.utils.print_format.download_pdf", doctype="<doctype>", name="<name>"
	),
	"weasyprint.download_pdf": post(
		"frappe.utils.weasyprint.download_pdf", doctype="<doctype>", name="<name>", print_format="Standard"
	),
	"email.make": post(
		"frappe.core.doctype.communication.email.make",
		doctype="<doctype>",
		name="<name>",
		content="x",
		recipients="x@example.com",
		print_format="Standard",
	),
	"share.get_users": post("frappe.share.get_users", doctype="<doctype>", name="<name>"),
	"like.toggle_like": post("frappe.desk.like.toggle_like", doctype="<doctype>", name="<name>", add="Yes"),
	"tag.add_tag": post("frappe.desk.doctype.tag.tag.add_tag", tag="x", dt="<doctype>", dn="<name>"),
	"form.add_comment": post(
		"frappe.desk.form.utils.add_comment",
		reference_doctype="<doctype>",
		reference_name="<name>",
		content="x",
		comment_email="x@example.com",
		comment_by="x",
	),
	"website comment": post(
		"frappe.templates.includes.comments.comments.add_comment",
		reference_doctype="<doctype>",
		reference_name="<name>",
		comment="x",
		comment_email="x@example.com",
		comment_by="x",
		route="",
	),
	"document_follow": post(
		"frappe.desk.form.document_follow.follow_document",
		doctype="<doctype>",
		doc_name="<name>",
		user="<me>",
	),
	"reminder": post(
		"frappe.automation.doctype.reminder.reminder.create_new_reminder",
		remind_at="2100-01-01 00:00:00",
		description="x",
		reminder_doctype="<doctype>",
		reminder_docname="<name>",
	),
	"workflow.get_transitions": post(
		"frappe.model.workflow.get_transitions", doc={"doctype": "<doctype>", "name": "<name>"}
	),
	"erpnext.get_taxes_and_charges": post(
		"erpnext.controllers.accounts_controller.get_taxes_and_charges",
		master_doctype="<doctype>",
		master_name="<name>",
	),
}
SHOWN = ("REST", "REST v2", "client.get", "load.getdoc")

# Requested for each thing: only permitted users get 200.
GRANTS = {
	"realtime.can_subscribe_doc (v15)": post(
		"frappe.realtime.can_subscribe_doc", doctype="<doctype>", docname="<name>"
	),
	"realtime.has_permission (v16)": post(
		"frappe.realtime.has_permission", doctype="<doctype>", name="<name>"
	),
	"form.get_next, which compares": post(
		"frappe.desk.form.utils.get_next", doctype="<doctype>", value="<name>", prev=0, sort_field="<field>"
	),
}

# Requested with a true and a false guess of a text that the user may not know: the answers are the same. <guess> is part of
# the text.
LIKE = '[["<doctype>","<field>","like","%<guess>%"]]'
ORACLES = {
	"client.get_count": post("frappe.client.get_count", doctype="<doctype>", filters=LIKE),
	"client.get_count of a dict": post(
		"frappe.client.get_count", doctype="<doctype>", filters='{"<field>":["like","%<guess>%"]}'
	),
	"reportview.get_count": post(
		"frappe.desk.reportview.get_count", doctype="<doctype>", filters=LIKE, fields="[]", distinct="false"
	),
	"REST v2 count": get("/api/v2/doctype/<doctype>/count", filters=LIKE),
	"client.get": post(
		"frappe.client.get",
		doctype="<doctype>",
		filters={"<field>": ["like", "%<guess>%"]},
		parent="<parent>",
	),
	"client.get_value": post(
		"frappe.client.get_value",
		doctype="<doctype>",
		fieldname="name",
		filters={"<field>": ["like", "%<guess>%"]},
		parent="<parent>",
	),
	"load.getdoc": post(
		"frappe.desk.form.load.getdoc", doctype="<doctype>", name={"<field>": ["like", "%<guess>%"]}
	),
	"load.get_docinfo": post(
		"frappe.desk.form.load.get_docinfo", doctype="<doctype>", name={"<field>": ["like", "%<guess>%"]}
	),
	"client.get_password": post(
		"frappe.client.get_password",
		doctype="<doctype>",
		name={"<field>": ["like", "%<guess>%"]},
		fieldname="x",
	),
	"printview": post(
		"frappe.www.printview.get_html_and_style",
		doc="<doctype>",
		name={"<field>": ["like", "%<guess>%"]},
	),
	"save.cancel": post(
		"frappe.desk.form.save.cancel", doctype="<doctype>", name={"<field>": ["like", "%<guess>%"]}
	),
	"crm.get_linked_docs_of_document": post(
		"crm.api.doc.get_linked_docs_of_document",
		doctype="<doctype>",
		docname={"<field>": ["like", "%<guess>%"]},
	),
	"erpnext.show_accounting_ledger_preview": post(
		"erpnext.controllers.stock_controller.show_accounting_ledger_preview",
		company="x",
		doctype="<doctype>",
		docname={"<field>": ["like", "%<guess>%"]},
	),
	"search.get_link_title": post(
		"frappe.desk.search.get_link_title",
		doctype="<doctype>",
		docname={"<field>": ["like", "%<guess>%"]},
	),
	"search_widget": post(
		"frappe.desk.search.search_widget",
		doctype="<doctype>",
		txt="",
		filters=LIKE,
		ignore_user_permissions=1,
		reference_doctype="<parent>",
	),
	"a heatmap": post(
		"frappe.desk.doctype.dashboard_chart.dashboard_chart.get",
		chart=json.dumps(
			{
				"name": "x",
				"type": "Heatmap",
				"chart_type": "Count",
				"based_on": "creation",
				"document_type": "<doctype>",
				"filters_json": "[]",
			}
		),
		filters=LIKE,
		no_cache=0,
		refresh=1,
	),
	"a heatmap with its own filters": post(
		"frappe.desk.doctype.dashboard_chart.dashboard_chart.get",
		chart=json.dumps(
			{
				"name": "x",
				"type": "Heatmap",
				"chart_type": "Count",
				"based_on": "creation",
				"document_type": "<doctype>",
				"filters_json": LIKE,
			}
		),
		no_cache=1,
	),
	"a chart by time": post(
		"frappe.desk.doctype.dashboard_chart.dashboard_chart.get",
		chart=json.dumps(
			{
				"name": "x",
				"type": "Line",
				"chart_type": "Count",
				"based_on": "creation",
				"timespan": "Last Month",
				"time_interval": "Monthly",
				"document_type": "<doctype>",
				"parent_document_type": "<parent>",
				"filters_json": LIKE,
			}
		),
		no_cache=1,
	),
	"a number card": post(
		"frappe.desk.doctype.number_card.number_card.get_result",
		doc={"document_type": "<doctype>", "parent_document_type": "<parent>", "function": "Count"},
		filters=LIKE,
	),
	"a monthly goal": post(
		"frappe.utils.goal.get_monthly_goal_graph_data",
		title="x",
		doctype="User",
		docname="<me>",
		goal_value_field="name",
		goal_total_field="enabled",
		goal_history_field="",
		goal_doctype="<doctype>",
		goal_doctype_link="docstatus",
		goal_field="name",
		date_field="sent_at",
		aggregation="count",
		filters='{"<field>":["like","%<guess>%"]}',
	),
	"listview.get_group_by_count": post(
		"frappe.desk.listview.get_group_by_count",
		doctype="<doctype>",
		field="assigned_to",
		current_filters=LIKE,
	),
	"a filter on a foreign table": post(
		"frappe.client.get_list", doctype="ToDo", filters=LIKE, fields=["name"]
	),
	"a count by a foreign table": post("frappe.client.get_count", doctype="ToDo", filters=LIKE),
	"listview.get_group_by_count by owner": post(
		"frappe.desk.listview.get_group_by_count",
		doctype="<doctype>",
		field="owner",
		current_filters=LIKE,
	),
	"reportview.get_stats": post(
		"frappe.desk.reportview.get_stats", doctype="<doctype>", stats='["_user_tags"]', filters=LIKE
	),
	"reportview.get_sidebar_stats": post(
		"frappe.desk.reportview.get_sidebar_stats",
		doctype="<doctype>",
		stats='["_user_tags"]',
		filters=LIKE,
	),
}
