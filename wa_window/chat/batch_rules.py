"""Who gets a batch's template, with which text, and who is skipped. Looked at when the batch is prepared, and again when each is handed
over."""

import json
from collections.abc import Mapping
from dataclasses import replace

from .conversations import window
from .errors import ChatError
from .template import ContentTemplate, filled, rendered
from .template_batch import DAY_MS, MARKETING, Batch, Limits, Recipient, Row, RowState, Skip, Value
from .window import State

FORBIDDEN = {State.OPTED_OUT: Skip.OPTED_OUT, State.BLOCKED: Skip.BLOCKED}


def row_of(batch: Batch, position: int, recipient: Recipient, template: ContentTemplate) -> Row:
	"""The row of a recipient, with the text that they would get; skipped where a value is missing or cannot be sent."""
	chat = recipient.chat
	row = Row(
		batch=batch.name,
		position=position,
		record_doctype=recipient.lead.doctype,
		record=recipient.lead.name,
		record_title=recipient.lead.title,
		conversation=chat.name if chat and recipient.may_write_chat else "",
		customer=chat.customer if chat else "",
		phone=recipient.lead.phone,
	)
	texts = {
		variable.name: _text(batch.values.get(variable.name, Value()), recipient.values)
		for variable in template.variables
	}
	missing = next((name for name, text in texts.items() if not text), None)
	if missing is not None:
		return skipped(row, Skip.MISSING_VALUE, missing)
	try:
		filled(template, texts)
	except ChatError:
		return skipped(row, Skip.TOO_LONG)
	variables = json.dumps(texts, ensure_ascii=False)
	return replace(row, body=rendered(template.body, texts), content_variables=variables)


def _text(value: Value, of_record: Mapping[str, str]) -> str:
	"""In one line, as WhatsApp wants it."""
	return one_line(of_record.get(value.field, "")) or one_line(value.text)


def one_line(text: str) -> str:
	"""The text without line breaks and runs of blanks, which WhatsApp accepts in no value."""
	return " ".join(text.split())


def skipped(row: Row, reason: Skip, detail: str = "") -> Row:
	"""The row of a recipient who gets nothing."""
	return replace(row, state=RowState.SKIPPED, reason=reason, reason_detail=detail)


def reason_to_skip(
	recipient: Recipient, batch: Batch, template: ContentTemplate, limits: Limits, now_ms: int
) -> Skip:
	"""Why a recipient gets nothing, as things are at `now_ms` (epoch ms, UTC)."""
	reason = no_way_to(recipient, batch.business_address, now_ms)
	if reason is not Skip.NONE:
		return reason
	history, now = recipient.history, window(recipient.chat, now_ms)
	if now.freeform_allowed:
		return Skip.IN_CONVERSATION
	since_ms = now_ms - limits.marketing_days * DAY_MS
	if template.category == MARKETING and limits.marketing_days and history.last_marketing_at_ms > since_ms:
		return Skip.RECENT_MARKETING
	if limits.templates_per_week and history.templates_this_week >= limits.templates_per_week:
		return Skip.MANY_TEMPLATES
	return Skip.NONE


def no_way_to(recipient: Recipient, business_address: str, now_ms: int) -> Skip:
	"""Why nothing at all could be sent to a recipient by this user."""
	if not recipient.may_write:
		return Skip.NO_RIGHT
	if recipient.chat is None:
		return Skip.NO_NUMBER
	if not recipient.may_write_chat:
		return Skip.OTHER_CHAT
	if recipient.chat.business_address != business_address:
		return Skip.OTHER_SENDER
	state = window(recipient.chat, now_ms).state
	if state in FORBIDDEN:
		return FORBIDDEN[state]
	return Skip.NOT_ON_WHATSAPP if recipient.history.not_on_whatsapp else Skip.NONE


def examined(
	batch: Batch,
	recipients: list[Recipient],
	template: ContentTemplate,
	limits: Limits,
	*,
	taken: set[str],
	room: int | None,
	now_ms: int,
) -> list[Row]:
	"""The rows of the next recipients of a batch. `taken`: the customers among them whom it has already; `room`: how many more its owner
	may send to today, None without a limit."""
	rows: list[Row] = []
	known, left = set(taken), room
	for position, recipient in enumerate(recipients, start=batch.prepared):
		row = row_of(batch, position, recipient, template)
		reason = reason_to_skip(recipient, batch, template, limits, now_ms)
		if reason is not Skip.NONE:
			row = skipped(row, reason)
		elif row.customer in known:
			row = skipped(row, Skip.TWICE)
		elif row.state == RowState.TO_SEND and left == 0:
			row = skipped(row, Skip.DAILY_MAXIMUM)
		if row.state == RowState.TO_SEND:
			known.add(row.customer)
			left = None if left is None else left - 1
		rows.append(row)
	return rows
