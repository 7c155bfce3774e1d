"""Update rows of earlier versions."""

import json
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache, partial

import frappe
from frappe.query_builder import Criterion, DocType, Order
from frappe.query_builder.functions import Coalesce, Count, Min
from frappe.utils import get_datetime, update_progress_bar
from pypika.terms import Case

from ..chat.address import canonical_phone
from ..chat.consent import WROTE
from ..chat.customer_key import update_customer_key
from ..chat.message import INBOUND, RECORD, TWILIO
from ..chat.referrals import ad_of
from ..frappe_host.clock import epoch_ms, site_datetime
from ..frappe_host.records.assignments import responsible
from ..frappe_host.settings import kept_since_ms
from ..frappe_host.store import database
from ..frappe_host.store.database import VALUE
from ..frappe_host.store.raw_rows import coerce, lock, update
from ..frappe_host.store.read_states import FrappeReadStates
from ..frappe_host.store.recompute import batches, recompute_all
from ..frappe_host.store.store import FrappeStore
from ..twilio_channel.received import referral

BATCH = 5000
# Rows for one UPDATE: a statement for each row takes many times as long.
AT_ONCE = 100
UNREAD_AT_ONCE = 500
MESSAGE = "Chat Message"
COLUMNS = ("sent_at_ms", "sent_at", "sent_at_source")
CONVERSATION = "Chat Conversation"
NAMES = ("profile_name", "last_message_preview", "lead_title")
# Of an ad that has a title, one of these is not empty (Referral.title).
AD_PARAMETERS = ("ReferralHeadline", "ReferralSourceId", "ReferralSourceUrl", "ReferralCtwaClid")
TWILIO_TIMES = ("date_created", "DateCreated", "date_sent", "DateSent")


def fill_sent_at() -> None:
	"""Give every message its `sent_at` and `sent_at_ms`, then recompute the conversations' times from them.

	One is computed from the other, else from Twilio's time in the row, else from the row's creation; `sent_at_source` says
	which. Each batch is committed: run again after an interruption, it continues.
	"""
	total, done, after = _missing_count(), 0, ""
	while rows := _missing_after(after):
		for first in range(0, len(rows), AT_ONCE):
			_fill(rows[first : first + AT_ONCE])
		frappe.db.commit()  # nosemgrep: frappe-manual-commit - a batch: run again, the patch continues after it
		after, done = rows[-1].name, done + len(rows)
		update_progress_bar("Filling sent_at", min(done, total) - 1, total)
	recompute_all(kept_since_ms=kept_since_ms())


def coerce_stored_texts() -> None:
	"""Apply `coerce` to customers' names and previews that were stored without it; a few rows, each under its lock."""
	for names in batches():
		for row in frappe.get_all(CONVERSATION, {"name": ("in", names)}, ["name", *NAMES]):
			if _changed_by_coerce(row):
				database.transaction(partial(_coerce_stored_text, row.name))


def update_customer_keys() -> None:
	"""Update the few conversations that are stored under another key than their customer has now."""
	store = FrappeStore()
	for names in batches():
		for row in frappe.get_all(
			CONVERSATION, {"name": ("in", names)}, ["name", "customer", "customer_phone"]
		):
			if row.customer_phone and row.customer != canonical_phone(row.customer_phone):
				database.transaction(partial(update_customer_key, row.name, store))


def fill_consents() -> None:
	"""Give every chat without a consent that of its first inbound message, as a new one gets it."""
	for names in batches():
		for first in range(0, len(names), AT_ONCE):
			database.transaction(partial(_fill_consents, names[first : first + AT_ONCE]))


def _fill_consents(names: list[str]) -> None:
	"""One that is recorded meanwhile stays: each row is read again as it is written."""
	chat, message = DocType(CONVERSATION), DocType(MESSAGE)
	has_none = Coalesce(chat.consent_source, "") == ""
	first = (
		frappe.qb.from_(chat)
		.join(message)
		.on(message.conversation == chat.name)
		.select(chat.name, Min(message.sent_at_ms))
		.where(chat.name.isin([VALUE] * len(names)) & has_none & (message.direction == VALUE))
		.groupby(chat.name)
	)
	change = frappe.qb.update(chat).set(chat.consent_source, VALUE).set(chat.consent_at_ms, VALUE)
	for name, at_ms in database.run(first, (*names, INBOUND)):
		database.run(change.where((chat.name == VALUE) & has_none), (WROTE, at_ms, name))


def fill_ad_times() -> None:
	"""Give every chat with an ad the time of the first message that has it; where that is deleted, the time of the chat's creation."""
	for names in batches():
		filters = {"name": ("in", names), "ad_title": ("is", "set"), "ad_at_ms": 0}
		for chat in frappe.get_all(CONVERSATION, filters, ["name", "creation", "ad_title", "ad_id"]):
			database.transaction(partial(_fill_ad_time, chat))


def _fill_ad_time(chat) -> None:
	at_ms = _came_by_ad_at_ms(chat) or epoch_ms(get_datetime(chat.creation))
	table = DocType(CONVERSATION)
	change = frappe.qb.update(table).set(table.ad_at_ms, VALUE)
	database.run(change.where((table.name == VALUE) & (table.ad_at_ms == 0)), (at_ms, chat.name))


def _came_by_ad_at_ms(chat) -> int:
	"""0 where no message has the chat's ad."""
	message = DocType(MESSAGE)
	has_ad = Criterion.any([message.raw.like(VALUE)] * len(AD_PARAMETERS))
	query = frappe.qb.from_(message).select(message.sent_at_ms, message.raw).orderby(message.sent_at_ms)
	query = query.where((message.conversation == VALUE) & (message.direction == VALUE) & has_ad)
	named = [f'%"{name}"%' for name in AD_PARAMETERS]
	found = database.run(query, (chat.name, INBOUND, *named))
	return next((at_ms for at_ms, raw in found if _has_ad_of(chat, raw)), 0)


def _has_ad_of(chat, raw: str) -> bool:
	ad = referral(json.loads(raw))
	values = ad_of(ad, 0) if ad else {}
	return all(coerce(field, values.get(field)) == (chat[field] or "") for field in ("ad_title", "ad_id"))


def share_unread_counts() -> None:
	"""Give the unread count that all users of earlier versions shared to the lead's owner and assignees, as far as they have no
	read state yet."""
	if not frappe.db.has_column(CONVERSATION, "unread_count"):
		return
	after = ""
	while rows := _unread_after(after):
		database.transaction(partial(_share, rows))
		after = rows[-1].name


def _unread_after(name: str) -> list:
	table = DocType(CONVERSATION)
	query = frappe.qb.from_(table).select("name", "lead_doctype", "lead", "unread_count")
	query = (
		query.where((table.unread_count > 0) & (table.name > name)).orderby(table.name).limit(UNREAD_AT_ONCE)
	)
	return query.run(as_dict=True)


def _share(rows: list) -> None:
	states = FrappeReadStates()
	for row in rows:
		owner, assigned = responsible(row)
		users = [
			user for user in dict.fromkeys([owner, *assigned]) if user and frappe.db.exists("User", user)
		]
		seen_until_ms = _seen_until(row.name, row.unread_count) if users else 0
		for user in users:
			if not states.seen_until_ms(user, [row.name]):
				states.set_seen_until(user, row.name, seen_until_ms)


def _seen_until(conversation: str, unread: int) -> int:
	"""The time of the latest inbound message before the unread ones; 0 where there is none."""
	table = DocType(MESSAGE)
	query = frappe.qb.from_(table).select(table.sent_at_ms)
	query = query.where((table.conversation == conversation) & (table.direction == INBOUND))
	rows = query.orderby(table.sent_at_ms, order=Order.desc).limit(1).offset(unread).run()
	return rows[0][0] if rows else 0


def _coerce_stored_text(name: str) -> None:
	lock(CONVERSATION, name)
	row = frappe.db.get_value(CONVERSATION, name, NAMES, as_dict=True)
	update(CONVERSATION, name, _changed_by_coerce(row or {}))


def _changed_by_coerce(row: dict) -> dict:
	fitted = {column: coerce(column, row.get(column)) for column in NAMES}
	return {column: value for column, value in fitted.items() if value != row.get(column)}


def _missing(table):
	return table.sent_at.isnull() | table.sent_at_ms.isnull() | (table.sent_at_ms == 0)


def _missing_count() -> int:
	table = DocType(MESSAGE)
	return frappe.qb.from_(table).select(Count(table.name)).where(_missing(table)).run()[0][0]


def _missing_after(name: str) -> list:
	table = DocType(MESSAGE)
	query = frappe.qb.from_(table).select(
		"name", "sent_at", "sent_at_ms", "sent_at_source", "creation", "raw"
	)
	query = query.where(_missing(table) & (table.name > name)).orderby(table.name).limit(BATCH)
	return query.run(as_dict=True)


def _fill(rows: list) -> None:
	"""Values that another process has filled in meanwhile stay."""
	filled = {row.name: _filled(row) for row in rows}
	values = [
		part for column in range(len(COLUMNS)) for name in filled for part in (name, filled[name][column])
	]
	database.run(_filling(frappe.db.db_type, len(filled)), (*values, *filled))


def _filled(row) -> tuple:
	at_ms, source = _time_of(row)
	return at_ms, row.sent_at or site_datetime(at_ms), row.sent_at_source or source


@lru_cache
def _filling(_db_type: str, count: int) -> str:
	table = DocType(MESSAGE)
	query = frappe.qb.update(table).where(table.name.isin([VALUE] * count) & _missing(table))
	for column in COLUMNS:
		value = Case()
		for _row in range(count):
			value = value.when(table.name == VALUE, VALUE)
		query = query.set(table[column], value)
	return query.get_sql()


def _time_of(row) -> tuple[int, str]:
	if row.sent_at_ms:
		return row.sent_at_ms, RECORD
	if row.sent_at:
		return epoch_ms(get_datetime(row.sent_at)), RECORD
	at_ms = _twilio_ms(row.raw)
	return (at_ms, TWILIO) if at_ms else (epoch_ms(get_datetime(row.creation)), RECORD)


def _twilio_ms(raw: str | None) -> int:
	"""Twilio's own time in the stored parameters, RFC 2822 or ISO 8601, in epoch milliseconds; 0 where there is none."""
	try:
		parameters = json.loads(raw or "{}")
	except ValueError:
		return 0
	texts = [parameters.get(key) for key in TWILIO_TIMES] if isinstance(parameters, dict) else []
	return next((at_ms for text in texts if text and (at_ms := _parsed_ms(text))), 0)


def _parsed_ms(text: object) -> int:
	for parse in (parsedate_to_datetime, _iso):
		try:
			return int(parse(str(text)).astimezone(timezone.utc).timestamp() * 1000)
		except (TypeError, ValueError, IndexError):
			continue
	return 0


def _iso(text: str) -> datetime:
	moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
	return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
