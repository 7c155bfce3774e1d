"""Each way to write each DocType of the app, and the permitted users."""

import json

from wa_window.tests.site_case import BUSINESS

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
	MANAGES,
	MEDIA,
	MESSAGE,
	NOBODY,
	OPT_OUT,
	QUICK_REPLY,
	READ_STATE,
	RECORD_CONVERSION,
	SENDER,
	SENDS,
	SETTINGS,
	TEAM_OF_AGENT,
	TEMPLATE,
	VARIABLE,
	delete,
	post,
	put,
)

# Permissions on leads are Frappe's own, by the roles of world.ON_LEADS.
CREATES_LEADS = NOBODY | dict.fromkeys(
	("roleless", "agent", "other", "owner", "manager", "limited", "admin"), "ab"
)
CHANGES_LEADS = NOBODY | {
	"roleless": "ab",
	"agent": "a",
	"other": "b",
	"owner": "b",
	"manager": "ab",
	"limited": "a",
	"admin": "ab",
}
DELETES_LEADS = CHANGES_LEADS | {"owner": ""}
SHARES_LEADS = DELETES_LEADS
READS_LEADS = CHANGES_LEADS | {"reader": "a"}
SETS_UP = NOBODY | {"manager": "S", "limited": "S", "admin": "S"}
# Quick replies: managers write all, the others their own and those of their teams.
SHARES_REPLIES = NOBODY | {"manager": "QGP", "limited": "QGP"}
CREATES_REPLIES = SHARES_REPLIES | dict.fromkeys(("agent", "other", "reader", "owner"), "QGP")
CHANGES_REPLIES = SHARES_REPLIES | {"agent": "QG"}
# Templates are written by managers.
WRITES_TEMPLATES = NOBODY | {"manager": "D", "limited": "D"}
_draft = {"parent": "<content template draft>", "parenttype": DRAFT}

# What is written, and the permitted users: for all others each way is an error, discloses nothing and changes nothing.
CREATE = (
	(CONVERSATION, {"customer": "+628120000000", "business_address": BUSINESS}, NOBODY),
	(MESSAGE, {"conversation": "<conversation>", "direction": "Inbound", "body": "x"}, NOBODY),
	(MESSAGE, {"conversation": "<conversation>", "direction": "Outbound", "body": "x"}, SENDS),
	(
		MEDIA,
		{
			"parent": "<message>",
			"parenttype": MESSAGE,
			"parentfield": "media",
			"state": "pending",
			"url": "https://api.twilio.com/x",
		},
		NOBODY,
	),
	(LEAD, {"lead_name": "x"}, CREATES_LEADS),
	(TEMPLATE, {"content_sid": "HX" + "e" * 32, "friendly_name": "x"}, NOBODY),
	(
		VARIABLE,
		{
			"parent": "<content template>",
			"parenttype": TEMPLATE,
			"parentfield": "variables",
			"variable": "9",
		},
		NOBODY,
	),
	(
		DRAFT,
		{"template_name": "x", "language": "id", "category": "UTILITY", "body": "x"},
		WRITES_TEMPLATES,
	),
	(DRAFT_BUTTON, {**_draft, "parentfield": "buttons", "title": "x"}, WRITES_TEMPLATES),
	(DRAFT_SAMPLE, {**_draft, "parentfield": "samples", "variable": "9"}, WRITES_TEMPLATES),
	(ERASED, {"message_sid": "SM" + "e" * 32}, NOBODY),
	(OPT_OUT, {"name": "e" * 40, "opted_out": 1}, NOBODY),
	(READ_STATE, {"user": "Administrator", "conversation": "none", "seen_until_ms": 9}, NOBODY),
	(CHAT_RECORD, {"conversation": "none", "record_doctype": LEAD, "record": "x"}, NOBODY),
	(
		RECORD_CONVERSION,
		{"from_doctype": LEAD, "from_record": "<lead a>", "record_doctype": LEAD, "record": "x"},
		NOBODY,
	),
	(BATCH, {"content_template": "HX1", "template_name": "x", "status": "Sending"}, NOBODY),
	(BATCH_ROW, {"batch": "<template batch>", "position": 9, "state": "to_send"}, NOBODY),
	(QUICK_REPLY, {"title": "x", "text": "x"}, CREATES_REPLIES),
	(QUICK_REPLY, {"title": "x", "text": "x", "visible_to": "Everybody"}, SHARES_REPLIES),
	(
		QUICK_REPLY,
		{"title": "x", "text": "x", "visible_to": "Team", "team": TEAM_OF_AGENT},
		SHARES_REPLIES | dict.fromkeys(("agent", "reader"), "QGP"),
	),
	(
		SENDER,
		{
			"parent": SETTINGS,
			"parenttype": SETTINGS,
			"parentfield": "senders",
			"address": "+6281100000009",
		},
		SETS_UP,
	),
	(SETTINGS, {"closing_hours": 3}, SETS_UP),
)
UPDATE = (
	(CONVERSATION, {"profile_name": "x"}, NOBODY),
	(CONVERSATION, {"last_inbound_at_ms": 1}, NOBODY),
	# Linking to a lead of one's own: the stored lead counts too, and no user may write both.
	(CONVERSATION, {"lead_doctype": LEAD, "lead": "<lead a>"}, MANAGES),
	(MESSAGE, {"body": "x"}, NOBODY),
	(MESSAGE, {"delivery_status": "queued"}, NOBODY),
	(MEDIA, {"file": "/private/files/x.pdf"}, NOBODY),
	(LEAD, {"lead_name": "x"}, CHANGES_LEADS),
	(TEMPLATE, {"body": "x", "approval_status": "approved"}, NOBODY),
	(VARIABLE, {"sample": "x"}, NOBODY),
	(DRAFT, {"body": "x"}, WRITES_TEMPLATES),
	(DRAFT, {"status": "Approved"}, WRITES_TEMPLATES),
	(DRAFT_BUTTON, {"title": "x"}, WRITES_TEMPLATES),
	(DRAFT_SAMPLE, {"sample": "x"}, WRITES_TEMPLATES),
	(ERASED, {"message_sid": "x"}, NOBODY),
	(OPT_OUT, {"opted_out": 0}, NOBODY),
	(READ_STATE, {"seen_until_ms": 9}, NOBODY),
	(CHAT_RECORD, {"may_write": 1}, NOBODY),
	(RECORD_CONVERSION, {"may_write": 1}, NOBODY),
	(BATCH, {"status": "Sending"}, NOBODY),
	(BATCH, {"owner": "Administrator"}, NOBODY),
	(BATCH_ROW, {"body": "x"}, NOBODY),
	(BATCH_ROW, {"state": "to_send"}, NOBODY),
	(QUICK_REPLY, {"title": "x"}, CHANGES_REPLIES),
	(QUICK_REPLY, {"visible_to": "Everybody"}, CHANGES_REPLIES),
	(QUICK_REPLY, {"owner": "Administrator"}, CHANGES_REPLIES),
	(SETTINGS, {"closing_hours": 3}, SETS_UP),
	(SENDER, {"label": "x"}, SETS_UP),
)
DELETE = (
	(CONVERSATION, {}, MANAGES),
	(MESSAGE, {}, MANAGES),
	(MEDIA, {}, NOBODY),
	(LEAD, {}, DELETES_LEADS),
	(TEMPLATE, {}, NOBODY),
	(VARIABLE, {}, NOBODY),
	(DRAFT, {}, WRITES_TEMPLATES),
	(DRAFT_BUTTON, {}, WRITES_TEMPLATES),
	(DRAFT_SAMPLE, {}, WRITES_TEMPLATES),
	(ERASED, {}, NOBODY),
	(OPT_OUT, {}, NOBODY),
	(READ_STATE, {}, NOBODY),
	(CHAT_RECORD, {}, NOBODY),
	(RECORD_CONVERSION, {}, NOBODY),
	(BATCH, {}, NOBODY),
	(BATCH_ROW, {}, NOBODY),
	(QUICK_REPLY, {}, CHANGES_REPLIES),
	(SENDER, {}, SETS_UP),
	(SETTINGS, {}, SETS_UP),
)
RENAME = tuple(
	(doctype, {}, NOBODY)
	for doctype in (
		CONVERSATION,
		MESSAGE,
		MEDIA,
		LEAD,
		TEMPLATE,
		VARIABLE,
		DRAFT,
		DRAFT_BUTTON,
		DRAFT_SAMPLE,
		ERASED,
		OPT_OUT,
		READ_STATE,
		CHAT_RECORD,
		RECORD_CONVERSION,
		BATCH,
		BATCH_ROW,
		QUICK_REPLY,
		SENDER,
		SETTINGS,
	)
)
SHARE = tuple(
	(doctype, {}, SHARES_LEADS if doctype == LEAD else NOBODY)
	for doctype in (
		CONVERSATION,
		MESSAGE,
		MEDIA,
		LEAD,
		TEMPLATE,
		VARIABLE,
		DRAFT,
		DRAFT_BUTTON,
		DRAFT_SAMPLE,
		ERASED,
		OPT_OUT,
		READ_STATE,
		CHAT_RECORD,
		RECORD_CONVERSION,
		BATCH,
		BATCH_ROW,
		QUICK_REPLY,
		SENDER,
		SETTINGS,
	)
)
ASSIGN = tuple(
	(doctype, {}, READS_LEADS if doctype == LEAD else NOBODY)
	for doctype in (
		CONVERSATION,
		MESSAGE,
		LEAD,
		TEMPLATE,
		DRAFT,
		ERASED,
		OPT_OUT,
		READ_STATE,
		CHAT_RECORD,
		RECORD_CONVERSION,
		BATCH,
		BATCH_ROW,
		QUICK_REPLY,
		SETTINGS,
	)
)

# <values> are the values as above, <document> is the whole stored document with them, <new> a new document.
CREATING = {
	"REST": post("/api/resource/<doctype>", **{"<values>": ""}),
	"REST v2": post("/api/v2/document/<doctype>", **{"<values>": ""}),
	"client.insert": post("frappe.client.insert", doc="<new>"),
	"client.insert_many": post("frappe.client.insert_many", docs=["<new>"]),
	"client.save": post("frappe.client.save", doc="<new>"),
	"savedocs": post("frappe.desk.form.save.savedocs", doc="<new as text>", action="Save"),
	"savedocs, submitted": post("frappe.desk.form.save.savedocs", doc="<new as text>", action="Submit"),
	"treeview.add_node": post(
		"frappe.desk.treeview.add_node", doctype="<doctype>", is_root="true", parent="x", **{"<values>": ""}
	),
}
UPDATING = {
	"REST": put("/api/resource/<doctype>/<name>", **{"<values>": ""}),
	"REST v2": put("/api/v2/document/<doctype>/<name>/", **{"<values>": ""}),
	"client.set_value": post(
		"frappe.client.set_value", doctype="<doctype>", name="<name>", fieldname="<values>"
	),
	"client.save": post("frappe.client.save", doc="<document>"),
	"client.submit": post("frappe.client.submit", doc="<document>"),
	"client.bulk_update": post("frappe.client.bulk_update", docs="<document as bulk>"),
	"savedocs": post("frappe.desk.form.save.savedocs", doc="<document as text>", action="Save"),
	"savedocs, submitted": post("frappe.desk.form.save.savedocs", doc="<document as text>", action="Submit"),
	"bulk edit": post(
		"frappe.desk.doctype.bulk_update.bulk_update.submit_cancel_or_update_docs",
		doctype="<doctype>",
		docnames='["<name>"]',
		action="update",
		data="<values as text>",
	),
	"calendar.update_event": post(
		"frappe.desk.calendar.update_event",
		args='{"doctype":"<doctype>","name":"<name>","<field>":"x","idx":1}',
		field_map='{"start":"<field>","end":"idx"}',
	),
	"gantt.update_task": post(
		"frappe.desk.gantt.update_task",
		args='{"doctype":"<doctype>","name":"<name>","start":"x","end":1}',
		field_map='{"start":"<field>","end":"idx"}',
	),
	"update_document_title": post(
		"frappe.model.rename_doc.update_document_title", doctype="<doctype>", docname="<name>", title="x"
	),
	"edit_qty (erpnext)": post(
		"erpnext.manufacturing.doctype.bom_creator.bom_creator.edit_bom_creator",
		doctype="<doctype>",
		docname="<name>",
		data="<values as text>",
		parent="x",
	),
}
DELETING = {
	"REST": delete("/api/resource/<doctype>/<name>"),
	"REST v2": delete("/api/v2/document/<doctype>/<name>/"),
	"client.delete": post("frappe.client.delete", doctype="<doctype>", name="<name>"),
	"reportview.delete_items": post(
		"frappe.desk.reportview.delete_items", doctype="<doctype>", items='["<name>"]'
	),
	"crm.delete_bulk_docs": post(
		"crm.api.doc.delete_bulk_docs", doctype="<doctype>", items='["<name>"]', delete_linked=False
	),
	"crm.remove_linked_doc_reference": post(
		"crm.api.doc.remove_linked_doc_reference",
		items=json.dumps([{"doctype": "<doctype>", "docname": "<name>"}]),
		remove_contact=False,
		delete=True,
	),
	"client.cancel": post("frappe.client.cancel", doctype="<doctype>", name="<name>"),
}
RENAMING = {
	"client.rename_doc": post(
		"frappe.client.rename_doc", doctype="<doctype>", old_name="<name>", new_name="<name>x"
	),
	"frappe.rename_doc": post("frappe.rename_doc", doctype="<doctype>", old="<name>", new="<name>x", force=1),
	"update_document_title": post(
		"frappe.model.rename_doc.update_document_title", doctype="<doctype>", docname="<name>", name="<name>x"
	),
	"run_doc_method": post(
		"run_doc_method",
		dt="<doctype>",
		dn="<name>",
		method="rename",
		args={"name": "<name>x", "validate_rename": 0},
	),
	"run_doc_method of a document": post(
		"run_doc_method", docs="<document>", method="rename", args={"name": "<name>x", "validate_rename": 0}
	),
	"REST run_method": post("/api/resource/<doctype>/<name>", run_method="rename", name="<name>x"),
	"REST v2 method": post(
		"/api/v2/document/<doctype>/<name>/method/rename/", name="<name>x", validate_rename=0
	),
	"REST v2 run_doc_method": post(
		"/api/v2/method/run_doc_method",
		method="rename",
		document="<document>",
		kwargs={"name": "<name>x", "validate_rename": 0},
	),
	"bulk_rename": post(
		"frappe.model.rename_doc.bulk_rename", doctype="<doctype>", rows=[["<name>", "<name>x"]]
	),
}
SHARING = {
	"share.add": post("frappe.share.add", doctype="<doctype>", name="<name>", user="<stranger>", read=1),
	"share.set_permission": post(
		"frappe.share.set_permission",
		doctype="<doctype>",
		name="<name>",
		user="<stranger>",
		permission_to="read",
		value=1,
	),
	"REST": post(
		"/api/resource/DocShare",
		share_doctype="<doctype>",
		share_name="<name>",
		user="<stranger>",
		read=1,
	),
	"to everyone": post("frappe.share.add", doctype="<doctype>", name="<name>", read=1, everyone=1),
}
ASSIGNING = {
	"assign_to.add": post(
		"frappe.desk.form.assign_to.add", doctype="<doctype>", name="<name>", assign_to='["<stranger>"]'
	),
	"assign_to.add_multiple": post(
		"frappe.desk.form.assign_to.add_multiple",
		doctype="<doctype>",
		name='["<name>"]',
		assign_to='["<stranger>"]',
	),
}
# Verb: what is written of each DocType and the permitted users; the ways.
VERBS = {
	"create": (CREATE, CREATING),
	"update": (UPDATE, UPDATING),
	"delete": (DELETE, DELETING),
	"rename": (RENAME, RENAMING),
	"share": (SHARE, SHARING),
	"assign": (ASSIGN, ASSIGNING),
}
