"""Exact comparison of customer ids.

MariaDB's default collation compares texts case-insensitively, so two customers' WhatsApp ids could be equal. The columns that
identify a customer have a collation of their own; other databases compare exactly by default.
"""

import json
from collections.abc import Iterator

import frappe
from frappe.query_builder import DocType

from ...chat.address import bare_address
from ...chat.message import INBOUND
from ...chat.recompute import Difference
from . import database
from .database import VALUE
from .tables import CONVERSATION, MESSAGE

COLUMNS = ("customer", "customer_user_id", "customer_parent_id")
EXACT = "utf8mb4_bin"
AT_A_TIME = 500


def compare_customers_exactly() -> None:
	"""Alter the columns that are not compared exactly; runs after each migration. Where Frappe changes a column's type or
	default, its MODIFY (MariaDBTable.alter) drops the column's own collation, or fails where two customers differ only by
	case: so the type of these columns must not change. The table has a row for each chat, not for each message."""
	columns = _inexact_columns()
	if columns:
		changes = ", ".join(f"modify `{name}` {type_} collate {EXACT}" for name, type_, _collation in columns)
		# The names are constants of this module and of the database.
		# nosemgrep: frappe-using-db-sql - frappe.qb alters no tables
		frappe.db.sql_ddl(f"alter table `tab{CONVERSATION}` {changes}")


def comparison_differences() -> list[Difference]:
	return [
		Difference(CONVERSATION, f"collation of {name}", collation, EXACT)
		for name, _type, collation in _inexact_columns()
	]


def merged_customers() -> Iterator[tuple[str, list[str]]]:
	"""Conversations with messages of several customers whose ids differ only by case; with these ids."""
	after = ""
	while names := _names_after(after):
		for name in names:
			ids = _user_ids(name)
			alike = [each for each in ids if sum(each.lower() == other.lower() for other in ids) > 1]
			if alike:
				yield name, sorted(alike)
		after = names[-1]


def _inexact_columns() -> list[tuple[str, str, str]]:
	"""Name, type and collation of each."""
	if frappe.db.db_type != "mariadb":
		return []
	return frappe.db.sql(  # nosemgrep: frappe-using-db-sql - MariaDB's own catalogue, which has no DocType
		"select column_name, column_type, collation_name from information_schema.columns "
		"where table_schema = database() and table_name = %s and column_name in %s and collation_name != %s",
		(f"tab{CONVERSATION}", COLUMNS, EXACT),
	)


def _names_after(name: str) -> list[str]:
	"""Only conversations with a user id: numbers have no case."""
	filters = {"name": (">", name), "customer_user_id": ("is", "set")}
	return frappe.get_all(CONVERSATION, filters, order_by="name asc", limit=AT_A_TIME, pluck="name")


def _user_ids(conversation: str) -> set[str]:
	"""As Twilio sent them."""
	table = DocType(MESSAGE)
	query = frappe.qb.from_(table).select(table.name, table.raw)
	query = query.where((table.conversation == VALUE) & (table.direction == VALUE) & (table.name > VALUE))
	query = query.orderby(table.name).limit(AT_A_TIME)
	ids, after = set(), ""
	while rows := database.run(query, (conversation, INBOUND, after)):
		ids |= {each for _name, raw in rows for each in _user_ids_in(raw)}
		after = rows[-1][0]
	return ids


def _user_ids_in(raw: str | None) -> list[str]:
	try:
		form = json.loads(raw or "{}")
	except ValueError:  # stored by an earlier version in another format
		return []
	return [bare_address(str(form.get(field) or "")) for field in ("From", "ExternalUserId")]
