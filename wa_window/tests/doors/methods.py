"""The app's own methods and who may call them. `of` has the things for which each is called, by the placeholders of the
request."""

from dataclasses import dataclass

from .world import (
	CONVERSATION,
	KNOWS,
	LEAD,
	MANAGES,
	NOBODY,
	SENDS,
	TO_MANY,
	Request,
	email_of,
	get,
	post,
)
from .writes import READS_LEADS, SETS_UP


@dataclass(frozen=True)
class Method:
	"""The users who get 200, by the letters of `of`; all others get 403. `tried`: permitted users call it too."""

	request: Request
	of: str
	permitted: dict[str, str]
	tried: bool = True


CHATS = {user: "".join(letter for letter in letters if letter in "ABN") for user, letters in KNOWS.items()}
# The panel opens on a lead: it needs permission on the lead and a role.
PANELS = {user: letters.lower().replace("n", "") for user, letters in CHATS.items()}
ANYBODY = dict.fromkeys(KNOWS, "S")
LOGINS = ANYBODY | {"guest": ""}
AGENTS = NOBODY | {user: "S" for user, letters in CHATS.items() if letters}
OWN_BATCH = NOBODY | {"manager": "C"}
ADMINS = NOBODY | {"admin": "S"}
MANAGERS = NOBODY | {"manager": "S", "limited": "S"}
CARDS = ("needs_reply", "open_windows", "closing_soon", "unread_chats", "failed_today")

_of_lead = {"lead_doctype": LEAD, "lead": "<lead>"}
_of_chat = {"lead_doctype": CONVERSATION, "lead": "<conversation>"}

# A document that belongs to no chat: nobody may print it there.
_of_nothing = {"doctype": "Quotation", "name": "x", "print_format": "Standard", "language": "en"}

METHODS = (
	Method(get("wa_window.api.chat.window", **_of_lead), "ab", READS_LEADS),
	Method(get("wa_window.api.chat.open", **_of_lead), "ab", PANELS),
	Method(get("wa_window.api.chat.open", **_of_chat), "ABN", CHATS),
	Method(get("wa_window.api.chat.older", conversation="<conversation>", before="<message>"), "ABN", CHATS),
	Method(get("wa_window.api.chat.newer", conversation="<conversation>", after="<message>"), "ABN", CHATS),
	Method(post("wa_window.api.chat.search", conversation="<conversation>", words="Halo"), "ABN", CHATS),
	Method(get("wa_window.api.chat.around", message="<message>"), "ABN", CHATS),
	Method(get("wa_window.api.templates.usable", **_of_lead), "ab", PANELS),
	Method(get("wa_window.api.templates.usable", **_of_chat), "ABN", CHATS),
	Method(get("wa_window.api.documents.files", **_of_chat), "ABN", SENDS),
	Method(get("wa_window.api.documents.printable", **_of_chat), "ABN", SENDS),
	Method(post("wa_window.api.documents.pdf", **_of_chat, **_of_nothing), "ABN", NOBODY),
	Method(post("wa_window.api.chat.mark_read", conversation="<conversation>"), "ABN", CHATS),
	Method(post("wa_window.api.inbox.done", conversation="<conversation>"), "ABN", SENDS),
	Method(get("wa_window.api.inbox.consent", conversation="<conversation>"), "ABN", CHATS),
	Method(post("wa_window.api.inbox.set_consent", conversation="<conversation>", source=""), "ABN", SENDS),
	Method(post("wa_window.api.inbox.snooze", conversation="<conversation>", until_ms=0), "ABN", SENDS),
	Method(post("wa_window.api.inbox.mark_unread", conversation="<conversation>"), "ABN", CHATS),
	Method(post("wa_window.api.chat.presence", conversation="<conversation>", writing=1), "ABN", CHATS),
	Method(post("wa_window.api.chat.leave", conversation="<conversation>"), "ABN", CHATS),
	Method(post("wa_window.api.inbox.take", conversation="<conversation>"), "AB", SENDS),
	Method(
		post("wa_window.api.inbox.assign", conversation="<conversation>", user=email_of("manager"), note="x"),
		"AB",
		SENDS,
	),
	Method(get("wa_window.api.inbox.assignable", conversation="<conversation>"), "ABN", SENDS),
	Method(post("wa_window.api.inbox.note", conversation="<conversation>", text="x"), "ABN", SENDS),
	Method(get("wa_window.api.inbox.record", conversation="<conversation>"), "ABN", CHATS),
	Method(
		post("wa_window.api.inbox.set_field", conversation="<conversation>", field="status", value="Replied"),
		"AB",
		SENDS,
	),
	Method(
		get("wa_window.api.inbox.choices", conversation="<conversation>", field="lead_owner"), "AB", SENDS
	),
	Method(
		post("wa_window.api.inbox.link", conversation="<conversation>", lead_doctype=LEAD, lead="<lead a>"),
		"ABN",
		MANAGES,
		tried=False,
	),
	Method(get("wa_window.api.quick_replies.for_lead", **_of_lead), "ab", PANELS),
	Method(get("wa_window.api.quick_replies.for_lead", **_of_chat), "ABN", CHATS),
	Method(post("wa_window.api.quick_replies.add", title="x", text="x"), "S", AGENTS, tried=False),
	Method(post("wa_window.api.chat.fetch_media", message="<message>"), "ABN", CHATS),
	Method(get("wa_window.api.chat.contacts", message="<message>"), "ABN", CHATS),
	Method(get("wa_window.api.chat.other_leads", **_of_chat), "ABN", CHATS),
	Method(post("wa_window.api.chat.number_change", **_of_lead, values={"phone": ""}), "ab", PANELS),
	Method(
		post("wa_window.api.chat.create_lead", lead_name="Siti", phone="+6281299990000"),
		"S",
		AGENTS,
		tried=False,
	),
	Method(post("wa_window.api.chat.reply", **_of_chat, body="Halo", client_key="<new key>"), "ABN", SENDS),
	Method(
		post(
			"wa_window.api.chat.send_template",
			**_of_chat,
			content_sid="<template of all>",
			variables={"1": "Budi"},
			client_key="<new key>",
		),
		"ABN",
		SENDS,
	),
	Method(post("wa_window.api.chat.send_again", message="<failed>", client_key="<new key>"), "ABN", SENDS),
	Method(
		post("wa_window.api.settings.erase_customer", conversation="<conversation>"),
		"ABN",
		MANAGES,
		tried=False,
	),
	Method(
		post("wa_window.api.settings.opt_in", conversation="<conversation>", reason="By telephone"),
		"ABN",
		MANAGES,
		tried=False,
	),
	Method(
		post("wa_window.api.inbox.create_lead", conversation="<conversation>"), "ABN", MANAGES, tried=False
	),
	Method(post("wa_window.api.settings.test_connection"), "S", SETS_UP, tried=False),
	Method(post("wa_window.api.settings.webhooks_at_twilio"), "S", SETS_UP, tried=False),
	Method(post("wa_window.api.settings.connect", sids=[]), "S", SETS_UP, tried=False),
	Method(post("wa_window.api.settings.put_back_webhooks"), "S", SETS_UP, tried=False),
	Method(post("wa_window.api.settings.catch_up", days=1), "S", SETS_UP, tried=False),
	Method(post("wa_window.api.templates.sync"), "S", SETS_UP, tried=False),
	Method(post("wa_window.api.templates.check", template={"body": "x"}), "S", MANAGERS),
	Method(post("wa_window.api.templates.create", draft="none"), "S", MANAGERS, tried=False),
	Method(post("wa_window.api.templates.submit", draft="none"), "S", MANAGERS, tried=False),
	Method(post("wa_window.api.templates.delete", content_sid="none"), "S", MANAGERS, tried=False),
	Method(post("wa_window.api.templates.copy", content_sid="none"), "S", MANAGERS, tried=False),
	Method(
		post("wa_window.api.settings.give_role", users=[], role="WA Window Agent"), "S", ADMINS, tried=False
	),
	Method(
		post(
			"wa_window.api.batches.prepare",
			content_sid="<template of all>",
			record_doctype=LEAD,
			records=["<lead a>"],
			values={"1": {"text": "Budi"}},
		),
		"C",
		TO_MANY,
	),
	Method(get("wa_window.api.batches.choices", record_doctype=LEAD), "C", TO_MANY),
	Method(get("wa_window.api.batches.progress", batch="<template batch>"), "C", TO_MANY),
	Method(get("wa_window.api.batches.rows", batch="<template batch>"), "C", TO_MANY),
	Method(
		post(
			"wa_window.api.batches.test",
			batch="<template batch>",
			record_doctype=LEAD,
			record="<lead a>",
			client_key="<new key>",
		),
		"C",
		OWN_BATCH,
		tried=False,
	),
	Method(
		post("wa_window.api.batches.send", batch="<template batch>", count=2), "C", OWN_BATCH, tried=False
	),
	Method(post("wa_window.api.batches.resume", batch="<template batch>"), "C", OWN_BATCH, tried=False),
	Method(post("wa_window.api.batches.stop", batch="<template batch>"), "C", TO_MANY, tried=False),
	Method(get("wa_window.api.crm.assets"), "S", LOGINS),
	Method(post("wa_window.api.media.upload"), "S", LOGINS, tried=False),
	Method(get("wa_window.api.charts.messages_per_day", chart_name="WhatsApp Messages per Day"), "S", AGENTS),
	# By signature only, which no user has.
	Method(post("wa_window.api.webhook.inbound", Body="x"), "S", NOBODY),
	Method(post("wa_window.api.webhook.status", MessageStatus="read"), "S", NOBODY),
	Method(get("wa_window.api.media.file", row="<chat message media>", expires_at_ms="9"), "ABN", NOBODY),
)

# Every user may call these, and gets only their own data: 0 or nothing if there is none.
THEIR_OWN = {
	**{f"cards.{card}": ("ABN", post(f"wa_window.api.cards.{card}")) for card in CARDS},
	"cards.chats_without_a_lead": ("N", post("wa_window.api.cards.chats_without_a_lead")),
	**{
		f"inbox.filters {kind} of {doctype}": (
			of,
			get("wa_window.api.inbox.filters", kind=kind, doctype=doctype),
		)
		for doctype, of in ((CONVERSATION, "ABN"), (LEAD, "ab"))
		for kind in ("open", "closing", "closed", "unread", "mine")
	},
	"inbox.chats": ("ABN", get("wa_window.api.inbox.chats", queue="all")),
	"inbox.chats, of these": (
		"ABN",
		get("wa_window.api.inbox.chats", queue="all", conversations="<all chats>"),
	),
	"inbox.chats, by a word that all contain": (
		"ABN",
		get("wa_window.api.inbox.chats", queue="all", search="a"),
	),
	**{
		f"inbox {queue} {state}": ("", get("wa_window.api.inbox.chats", queue=queue, state=state))
		for queue in ("needs_reply", "mine", "unassigned", "all")
		for state in ("", "closing", "closed", "failed")
	},
	"chat.windows": ("ABN", post("wa_window.api.chat.windows", conversations="<all chats>")),
	"chat.lead_windows": (
		"ab",
		post("wa_window.api.chat.lead_windows", lead_doctype=LEAD, leads="<all leads>"),
	),
}
