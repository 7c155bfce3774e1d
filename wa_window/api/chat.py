"""The panel's calls. A window's state needs read permission on the lead; all other calls need one of our roles too."""

import frappe

from ..chat.arguments import names_in
from ..frappe_host.desk import list_windows, notifications
from ..frappe_host.desk.http_errors import chat_errors_as_http
from ..frappe_host.desk.number_change import number_question
from ..frappe_host.panel_host import panel, window_panel


@frappe.whitelist(methods=["GET"])
@chat_errors_as_http
def window(lead_doctype: str, lead: str, conversation: str | None = None) -> dict:
	"""The customer service window of `conversation`, else of the lead's latest one."""
	return window_panel().window(lead_doctype, lead, conversation or "")


@frappe.whitelist(methods=["GET"])
@chat_errors_as_http
def open(lead_doctype: str, lead: str, conversation: str | None = None) -> dict:
	"""The panel's initial data: conversations, the window, the newest messages."""
	return panel().open(lead_doctype, lead, conversation or "")


@frappe.whitelist(methods=["GET", "POST"])  # a long list does not fit into an address
@chat_errors_as_http
def windows(conversations: list | str) -> dict[str, dict]:
	"""The windows of these conversations, by name; without those that the user may not read."""
	return list_windows.of_conversations(names_in(conversations))


@frappe.whitelist(methods=["GET", "POST"])  # a long list does not fit into an address
@chat_errors_as_http
def lead_windows(lead_doctype: str, leads: list | str) -> dict[str, dict]:
	"""The windows of these leads, by name; without leads that have no chat."""
	return list_windows.of_leads(lead_doctype, names_in(leads))


@frappe.whitelist(methods=["GET"])
@chat_errors_as_http
def older(conversation: str, before: str) -> list[dict]:
	"""The messages before the message `before`, the oldest in the panel."""
	return panel().older(conversation, before)


@frappe.whitelist(methods=["GET"])
@chat_errors_as_http
def newer(conversation: str, after: str) -> list[dict]:
	"""The messages after the message `after`."""
	return panel().newer(conversation, after)


@frappe.whitelist(methods=["POST"])  # what is searched for stands in no log of addresses
@chat_errors_as_http
def search(conversation: str, words: str, before: str | None = None) -> dict:
	"""The chat's `messages` with all these words, the newest first. `next` is null where all messages were searched, else it is
	given as `before` to search on: a long chat is searched in parts."""
	return panel().search(conversation, words, before or "")


@frappe.whitelist(methods=["GET"])
@chat_errors_as_http
def around(message: str) -> dict:
	"""A `message` with those `before` and `after` it, at most 50 each."""
	return panel().around(message)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def reply(
	lead_doctype: str,
	lead: str,
	client_key: str,
	body: str = "",
	conversation: str | None = None,
	file: str | None = None,
	seen: str | None = None,
) -> dict:
	"""Send freeform text or a file (the name of a private File), inside the window only: else the answer is 409
	WindowClosed, and nothing is stored or sent.

	`seen` is the name of the newest message when the draft was begun, empty where there was none. Where a colleague has answered
	after it, the answer is 409 AnsweredMeanwhile with that message in `details`, and nothing is stored: sending again with its name
	as `seen` goes through.
	"""
	return panel().reply(lead_doctype, lead, body, client_key, conversation or "", file or "", seen)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def send_template(
	lead_doctype: str,
	lead: str,
	content_sid: str,
	client_key: str,
	variables: dict | str | None = None,
	conversation: str | None = None,
	seen: str | None = None,
	*,
	file: str | None = None,
) -> dict:
	"""Send an approved template with all its variables; it may create the conversation. `file` fills the variable of its media
	URL. `seen` and `file` as for `reply`."""
	return panel().send_template(
		lead_doctype, lead, content_sid, variables, client_key, conversation or "", seen, file=file or ""
	)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def send_again(message: str, client_key: str, seen: str | None = None) -> dict:
	"""Send a copy of a message that failed or was not confirmed, under the rules of a new one. `seen` as for `reply`."""
	return panel().send_again(message, client_key, seen)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def fetch_media(message: str) -> dict:
	"""Fetch those files of a message again that could not be fetched."""
	return panel().fetch_media(message)


@frappe.whitelist(methods=["GET"])
@chat_errors_as_http
def contacts(message: str) -> dict:
	"""The contacts that a message brought: `contacts`, each with `name`, `organisation`, `emails` and `numbers` (`number`, `label`,
	`phone` in E.164 or null, `is_lead`, and `lead` where the user may read it); `may_create`: whether the user may create a lead."""
	return panel().contacts(message)


@frappe.whitelist(methods=["GET"])
@chat_errors_as_http
def other_leads(lead_doctype: str, lead: str, conversation: str | None = None) -> list[dict]:
	"""Other leads with the number of this chat that the user may read: `doctype`, `name`, `title`, and `merge_into`, the name of
	the chat's own lead where the user may merge the other one into it, else null."""
	return panel().other_leads(lead_doctype, lead, conversation or "")


@frappe.whitelist(methods=["POST"])  # numbers stand in no log of addresses
@chat_errors_as_http
def number_change(lead_doctype: str, lead: str, values: dict | str) -> str:
	"""What to ask before the lead is saved with these values of its phone fields and of their child tables: how many messages belong
	to its number; empty where it keeps the number or has no messages."""
	return number_question(lead_doctype, lead, values)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def create_lead(lead_name: str, phone: str) -> dict:
	"""A new lead with this name and number: `doctype`, `name` and `title`; the one that there is where the user may read it."""
	return panel().create_lead(lead_name, phone)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def presence(conversation: str, writing: bool = False) -> list[dict]:
	"""Note for a few seconds that the user is looking at this chat, and is writing in it; returns the colleagues who are there:
	`user`, `full_name`, and `writing_ms`, for how much longer each counts as writing. Nothing is stored."""
	return panel().look(conversation, writing)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def leave(conversation: str) -> None:
	"""The user looks at this chat no longer."""
	panel().leave(conversation)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def mark_read(conversation: str, seen: str | None = None) -> None:
	"""Mark the messages of a conversation up to the message `seen`, or all, as read by the session's user, and its
	notifications."""
	panel().mark_read(conversation, seen or "")
	notifications.mark_read(conversation)
