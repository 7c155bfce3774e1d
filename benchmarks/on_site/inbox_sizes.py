"""Chats of several sizes with their records, for the inbox: separate tables for each size, generated inside the database.

The chats' records are of two DocTypes. One user may read 3 of them, one 10,000, one all, and one all of the second DocType; which
permissions say so is set by inbox_lists.py. One chat in ten, of a record of the first DocType, went along to one of the second. A chat
has two messages, one in twenty needs a reply, and some 2,700 windows are open, whatever the size.
"""

import time
from contextlib import contextmanager

import frappe
from sizes import commit, sql

from wa_window.frappe_host.records.record_types import existing_record_types
from wa_window.frappe_host.store.inbox import COUNTED

USERS = FEW, MANY, ALL, SECOND, SALES = tuple(
	f"wa-bench-{who}@example.com" for who in ("few", "many", "all", "second", "sales")
)
READABLE_BY_MANY = 10_000
CHUNK = 100_000
WORDS = "wa_window_conversation_words"
# The latest message of each chat is so much older than that of the one before.
STEP_MS = 31_500
NEWEST_MS = 1_795_400_000_000

# Whose the record of chat number `seq` is.
OWNER = f"case when seq in (3, {{size}} div 2, {{size}} - 7) then '{FEW}' when seq % {{every}} = 0 then '{MANY}' else '{SALES}' end"
DOCTYPE = "if(seq % 10 < 7, '{first_type}', '{second_type}')"
NAME = "concat('bench-', lpad(seq, 8, '0'))"
ASSIGNED = "seq % 100 = 4"
# One in seven has the same first name; the last name is another one for all but two others.
PERSON = "concat(elt(1 + seq % 7, 'Budi', 'Siti', 'Agus', 'Dewi', 'Rina', 'Andi', 'Sri'), ' ', substr(md5(seq div 3), 1, 10))"

RECORDS = f"""
insert into `{{table}}` (name, creation, modified, owner, modified_by, lead_name, lead_owner, wa_phone)
select {NAME}, now(6), now(6), {OWNER}, '{SALES}', {PERSON}, {OWNER}, concat('+62812', lpad(seq, 8, '0'))
from seq_{{first}}_to_{{last}} where {DOCTYPE} = '{{doctype}}'
"""
CHATS = f"""
insert into `{{table}}` (name, creation, modified, owner, modified_by, customer, customer_phone, customer_address,
	business_address, profile_name, lead_doctype, lead, lead_title, lead_owner, last_message_preview,
	last_inbound_at_ms, last_message_at_ms, needs_reply, waiting_since_ms, failed_at_ms, unassigned)
select substr(md5(concat('c', seq)), 1, 20), now(6), now(6), 'Administrator', 'Administrator',
	concat('+62812', lpad(seq, 8, '0')), concat('+62812', lpad(seq, 8, '0')), concat('whatsapp:+62812', lpad(seq, 8, '0')),
	if(seq % 9 = 0, 'whatsapp:+6281100000002', 'whatsapp:+6281100000001'),
	{PERSON},
	{DOCTYPE}, {NAME}, {PERSON}, if(seq % 3 = 1, null, {OWNER}), 'Halo',
	{{newest}} - seq * {{step}}, {{newest}} - seq * {{step}} + if(crc32(seq) % 20 = 1, 0, 60000),
	crc32(seq) % 20 = 1, if(crc32(seq) % 20 = 1, {{newest}} - seq * {{step}}, 0),
	if(seq % 200 = 5, {{newest}} - seq * {{step}} + 60000, 0),
	seq % 3 = 1 and not {ASSIGNED}
from seq_{{first}}_to_{{last}}
"""
CHAT_RECORDS = f"""
insert into `{{table}}` (name, creation, modified, owner, modified_by, conversation, record_doctype, record, from_doctype, from_record, may_write)
select substr(md5(concat('r', seq)), 1, 20), now(6), now(6), '{SALES}', '{SALES}', substr(md5(concat('c', seq)), 1, 20),
	'{{second_type}}', concat('bench-', lpad(seq + 4, 8, '0')), '{{first_type}}', {NAME}, 1
from seq_{{first}}_to_{{last}} where seq % 10 = 3
"""
MESSAGES = """
insert into `{table}` (name, creation, modified, owner, modified_by, conversation, direction, kind, body, sent_at, sent_at_ms,
	stored_at_ms, sent_at_source, delivery_status, message_sid, follow_up)
select concat('{sid}', lpad(seq, 9, '0')), now(6), now(6), 'Administrator', 'Administrator',
	substr(md5(concat('c', seq)), 1, 20), '{direction}', 'text',
	concat('Halo, apakah rumahnya masih ada? Nomor ', seq, ', kode ', substr(md5(seq), 1, 8)),
	from_unixtime(({newest} - seq * {step} + {later}) / 1000), {newest} - seq * {step} + {later},
	{newest} - seq * {step} + {later}, 'twilio', '{status}', concat('{sid}', lpad(seq, 32, '0')), 'done'
from seq_{first}_to_{last}
"""
TODOS = f"""
insert into `{{table}}` (name, creation, modified, owner, modified_by, status, priority, allocated_to, reference_type, reference_name,
	description)
select concat('t', seq), now(6), now(6), 'Administrator', 'Administrator', if({ASSIGNED}, 'Open', 'Closed'), 'Medium', {OWNER},
	{DOCTYPE}, {NAME}, 'Assigned'
from seq_{{first}}_to_{{last}} where seq % 20 = 4 or ({OWNER} != '{SALES}' and seq % 3 = 0)
"""


def types() -> list[str]:
	"""Two DocTypes of records, where the site has two."""
	found = [row.doctype for row in existing_record_types() if row.can_be_new]
	return [found[0], found[-1]]


def tables() -> list[str]:
	return [
		"tabChat Conversation",
		"tabChat Message",
		"tabChat Record",
		"tabToDo",
		*dict.fromkeys(f"tab{each}" for each in types()),
	]


def table_of(table: str, size: int) -> str:
	return f"{table} of {size}"


def ddl(statement: str) -> None:
	frappe.db.sql_ddl(statement)  # nosemgrep: frappe-using-db-sql - frappe.qb renames and copies no tables


def make(size: int) -> float:
	"""Create the tables of a size; returns the seconds it took."""
	began = time.monotonic()
	drop(size)
	for table in tables():
		ddl(f"create table `{table_of(table, size)}` like `{table}`")
	ddl(f"alter table `{table_of('tabChat Conversation', size)}` drop index `{WORDS}`")
	first_type, second_type = types()
	sql("set unique_checks = 0")
	values = {"size": size, "every": max(1, size // READABLE_BY_MANY), "newest": NEWEST_MS, "step": STEP_MS}
	values |= {"first_type": first_type, "second_type": second_type}
	for first in range(1, size + 1, CHUNK):
		values |= {"first": first, "last": min(first + CHUNK - 1, size)}
		for doctype in dict.fromkeys(types()):
			sql(RECORDS.format(table=table_of(f"tab{doctype}", size), doctype=doctype, **values))
		sql(CHATS.format(table=table_of("tabChat Conversation", size), **values))
		sql(CHAT_RECORDS.format(table=table_of("tabChat Record", size), **values))
		messages = {"table": table_of("tabChat Message", size), **values}
		sql(MESSAGES.format(direction="Inbound", status="received", later=0, sid="SM", **messages))
		sql(MESSAGES.format(direction="Outbound", status="read", later=60000, sid="MM", **messages))
		sql(TODOS.format(table=table_of("tabToDo", size), **values))
		commit()
	# At the end: a few seconds, instead of half an hour.
	ddl(
		f"alter table `{table_of('tabChat Conversation', size)}` add fulltext index `{WORDS}` (lead_title, profile_name)"
	)
	for table in tables():
		sql(f"analyze table `{table_of(table, size)}`")
	return time.monotonic() - began


def drop(size: int) -> None:
	for table in tables():
		ddl(f"drop table if exists `{table_of(table, size)}`")


@contextmanager
def use_size(size: int):
	"""Let the app see the chats of this size; the site's own are restored afterwards."""
	ddl(
		"rename table "
		+ ", ".join(f"`{each}` to `{each} own`, `{table_of(each, size)}` to `{each}`" for each in tables())
	)
	# How many records there are, the app remembers for a minute.
	frappe.cache.delete_keys(COUNTED)
	try:
		yield
	finally:
		restore(size)


def restore(size: int) -> None:
	"""Restore the site's own tables, also after a killed process."""
	frappe.db.rollback()
	if sql("show tables like %s", "tabChat Conversation own"):
		ddl(
			"rename table "
			+ ", ".join(
				f"`{each}` to `{table_of(each, size)}`, `{each} own` to `{each}`" for each in tables()
			)
		)
