"""A template to many: prepared by a user, looked at, sent by the same user. Nothing is sent that nobody pressed Send for."""

import frappe

from ..chat.arguments import names_in
from ..frappe_host.batch_host import batches
from ..frappe_host.desk.http_errors import chat_errors_as_http
from ..frappe_host.records.recipients import choice_of


@frappe.whitelist(methods=["GET"])
@chat_errors_as_http
def choices(record_doctype: str) -> dict:
	"""What there is to choose from for records of this DocType, or for chats: `templates`, `fields` for their variables, `senders`."""
	return batches().choices(record_doctype)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def prepare(
	content_sid: str,
	record_doctype: str,
	records: list | str | None = None,
	filters: list | dict | str | None = None,
	values: dict | str | None = None,
	sender: str = "",
) -> dict:
	"""A draft of a template to `records` (names of this DocType; of Chat Conversation for chats), else to all that the user's list shows
	with `filters` (as Frappe's lists have them). `values` by variable: the `field` of the record, and the `text` where it is empty, such as
	{"1": {"field": "lead_name", "text": "there"}}. `sender`: one of our numbers, else the default one. Returns as `progress`; of many its
	status is Preparing until a job has examined them."""
	names = None if records is None else names_in(records)
	return batches().prepare(choice_of(record_doctype, names, filters), content_sid, values, sender)


@frappe.whitelist(methods=["GET"])
@chat_errors_as_http
def progress(batch: str) -> dict:
	"""`status` (Preparing, Draft, Sending, Paused, Stopped, Done), who sends what by which number, `counts` by kind, why recipients were
	skipped and messages failed, `paused` in words, and what the user may do: `may_test`, `may_send`, `may_stop`, `may_resume`."""
	return batches().progress(batch)


@frappe.whitelist(methods=["GET"])
@chat_errors_as_http
def rows(batch: str, kind: str = "", after: int = -1, limit: int = 50) -> dict:
	"""`rows` that the user may see, of a kind (to_send, skipped, handed_over, put_aside, delivered, read, failed, unconfirmed, answered, or
	empty for all) behind the position `after`; `next`: the position to go on with, null at the end."""
	return batches().rows(batch, kind, after, limit)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def test(batch: str, record_doctype: str, record: str, client_key: str) -> dict:
	"""Send the draft's template to one record or chat of the user's choice: the message's `conversation`, `message` and `text`."""
	return batches().test(batch, record_doctype, record, client_key)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def send(batch: str, count: int) -> dict:
	"""Send a draft of one's own, once however often it is called. `count` is the number on the button: where it is another one by now, the
	answer is 409 ChangedMeanwhile and nothing is sent. Returns as `progress`."""
	return batches().send(batch, count)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def stop(batch: str) -> dict:
	"""What is not handed over yet is never sent. Returns as `progress`."""
	return batches().stop(batch)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def resume(batch: str) -> dict:
	"""Go on with a paused batch of one's own, and with what was put aside. Returns as `progress`."""
	return batches().resume(batch)
