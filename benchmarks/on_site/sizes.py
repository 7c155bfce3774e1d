"""Chats of several sizes on one site: `sizes.py SITE make SIZE…` fills separate tables for each size, `drop SIZE…` drops them.

Generated inside the database, skewed like real chats: 20 messages a chat on average; the longest has some percent of all. The
app sees another size after tables were renamed, which takes no time and keeps every page in place.
"""

import json
import sys
import time
from contextlib import contextmanager

import frappe

TABLES = ("tabChat Message", "tabChat Conversation", "tabChat Message Media")
MESSAGES_OF_A_CHAT = 20
CHUNK = 500_000
NEWEST_MS = 1_795_400_000_000
STEP_MS = 700
LEADS = 40

CONVERSATIONS = """
insert into `{table}` (name, creation, modified, owner, modified_by, customer, profile_name, customer_phone, customer_address,
	business_address, needs_reply, waiting_since_ms, last_message_at_ms, last_inbound_at_ms, last_message_preview)
select substr(md5(concat('c', seq)), 1, 20), now(6), now(6), 'Administrator', 'Administrator', concat('+62812', lpad(seq, 8, '0')),
	concat('Customer ', seq), concat('+62812', lpad(seq, 8, '0')), concat('whatsapp:+62812', lpad(seq, 8, '0')),
	'whatsapp:+622150001234', seq % 7 = 0, if(seq % 7 = 0, {newest} - seq * {step} - 60000, 0), {newest} - seq * {step}, {newest} - seq * {step} - 60000, 'Halo'
from seq_0_to_{last}
"""
# A power of an even number between 0 and 1 makes a few chats very long.
MESSAGES = """
insert into `{table}` (name, creation, modified, owner, modified_by, conversation, direction, kind, body, sent_at, sent_at_ms,
	sent_at_source, delivery_status, message_sid, client_key, follow_up, status_times, raw)
select substr(md5(concat('m', seq)), 1, 20), from_unixtime(({newest} - ({size} - seq) * {step}) / 1000), now(6),
	'Administrator', 'Administrator',
	substr(md5(concat('c', floor({chats} * pow(crc32(seq) / 4294967296, 4)))), 1, 20),
	if(seq % 5 < 3, 'Inbound', 'Outbound'), if(seq % 50 = 0, 'image', if(seq % 5 = 4, 'template', 'text')),
	concat('Halo, apakah rumahnya masih ada? Pesan nomor ', seq, '. ', repeat('Terima kasih. ', seq % 9)),
	from_unixtime(({newest} - ({size} - seq) * {step}) / 1000), {newest} - ({size} - seq) * {step}, 'twilio',
	if(seq % 5 < 3, 'received', if(seq % 97 = 3, 'failed', if(seq % 3 = 0, 'delivered', 'read'))),
	concat('SM', md5(concat('s', seq))), if(seq % 5 < 3, null, md5(concat('k', seq))), 'done',
	if(seq % 5 < 3, null, '{{"sent": 1795400000000, "delivered": 1795400001000, "read": 1795400002000}}'),
	if(seq % 5 < 3, repeat('{{"SmsMessageSid": "SM0123456789abcdef", "NumMedia": "0", "ProfileName": "Budi"}}', 6), null)
from seq_{first}_to_{last}
"""
MEDIA = """
insert into `{table}` (name, creation, modified, owner, modified_by, parent, parenttype, parentfield, idx, type, size, state, file)
select substr(md5(concat('f', seq)), 1, 20), now(6), now(6), 'Administrator', 'Administrator',
	substr(md5(concat('m', seq)), 1, 20), 'Chat Message', 'media', 1, 'image/jpeg', 81234, 'stored',
	concat('/private/files/whatsapp-', seq, '.jpg')
from seq_50_to_{size}_step_50
"""


def sql(*arguments, **how):
	"""Run a statement on the benchmark's own tables inside MariaDB."""
	# nosemgrep: frappe-using-db-sql - no DocType describes these tables
	return frappe.db.sql(*arguments, **how)


def _ddl(statement: str) -> None:
	frappe.db.sql_ddl(statement)  # nosemgrep: frappe-using-db-sql - frappe.qb renames and copies no tables


def commit() -> None:
	frappe.db.commit()  # nosemgrep: frappe-manual-commit - a script: no request commits for it


def table_of(table: str, size: int) -> str:
	return f"{table} {size}"


def make(size: int) -> float:
	"""Create the tables of a size, unless they exist; returns the seconds it took."""
	if sql("show tables like %s", table_of(TABLES[2], size)):
		return 0.0
	began = time.monotonic()
	messages, conversations, media = (table_of(table, size) for table in TABLES)
	for table in TABLES:
		_ddl(f"drop table if exists `{table_of(table, size)}`")
		_ddl(f"create table `{table_of(table, size)}` like `{table}`")
	sql("set unique_checks = 0")
	chats = size // MESSAGES_OF_A_CHAT
	times = {"newest": NEWEST_MS, "step": STEP_MS}
	sql(CONVERSATIONS.format(table=conversations, last=chats - 1, **times))
	commit()
	for first in range(1, size + 1, CHUNK):
		last = min(first + CHUNK - 1, size)
		values = {"first": first, "last": last, "size": size, "chats": chats, **times}
		sql(MESSAGES.format(table=messages, **values))
		commit()
		print(f"{last} messages, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
	sql(MEDIA.format(table=media, size=size))
	commit()
	for table in TABLES:
		sql(f"analyze table `{table_of(table, size)}`")
	return time.monotonic() - began


@contextmanager
def use_size(size: int):
	"""Let the app see the chats of this size; the site's own are restored afterwards."""
	renamed = [f"`{table}` to `{table} own`, `{table_of(table, size)}` to `{table}`" for table in TABLES]
	_ddl("rename table " + ", ".join(renamed))
	try:
		yield
	finally:
		restore(size)


def restore(size: int) -> None:
	"""Restore the site's own tables, also after a killed process."""
	frappe.db.rollback()
	if sql("show tables like %s", f"{TABLES[0]} own"):
		back = [f"`{table}` to `{table_of(table, size)}`, `{table} own` to `{table}`" for table in TABLES]
		_ddl("rename table " + ", ".join(back))


def bytes_of(size: int) -> dict:
	"""Bytes of rows and of indexes, by table."""
	rows = sql(
		"select table_name, data_length, index_length, table_rows from information_schema.tables "
		"where table_schema = database() and table_name in %s",
		[[table_of(table, size) for table in TABLES]],
	)
	return {
		name: {"rows_bytes": data, "indexes_bytes": indexes, "rows": count}
		for name, data, indexes, count in rows
	}


def main(site: str, what: str, *sizes: str) -> None:
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	if what == "make":
		print(json.dumps({size: round(make(int(size))) for size in sizes}))
	if what == "restore":
		restore(int(sizes[0]))
	if what == "drop":
		for size in sizes:
			for table in TABLES:
				_ddl(f"drop table if exists `{table_of(table, int(size))}`")
	frappe.destroy()


if __name__ == "__main__":
	main(*sys.argv[1:])
