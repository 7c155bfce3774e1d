"""The InboxStore port on Frappe's database."""

from functools import lru_cache

import frappe
from frappe.query_builder import DocType, Order

from ...chat.message import Message
from . import database
from .database import VALUE
from .messages import message_value
from .tables import MESSAGE, MESSAGE_FIELDS


class FrappeInboxStore:
	def newest(self, conversations: list[str]) -> dict[str, Message]:
		"""Each is one row, read by the index on conversation and time."""
		if not conversations:
			return {}
		statement = " union all ".join([_newest_statement(frappe.db.db_type)] * len(conversations))
		rows = database.run(statement, conversations, as_dict=True)
		return {row["conversation"]: message_value(row, ()) for row in rows}


@lru_cache
def _newest_statement(_db_type: str) -> str:
	table = DocType(MESSAGE)
	query = frappe.qb.from_(table).select(*MESSAGE_FIELDS).where(table.conversation == VALUE)
	for field in (table.sent_at_ms, table.creation, table.name):
		query = query.orderby(field, order=Order.desc)
	newest = query.limit(1).as_("newest")
	return frappe.qb.from_(newest).select(newest.star).get_sql()
