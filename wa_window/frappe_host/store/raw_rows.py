"""Write single rows without the document layer: values cut to the column, NULL for an empty unique field, and Frappe's
standard columns."""

import re
from functools import lru_cache

import frappe
from frappe.query_builder import DocType
from frappe.utils import now
from pypika.terms import Case

from . import database
from .database import VALUE

UNIQUE = ("message_sid", "client_key", "claimed_name")
# Stored unchanged, and displayed by fields of type Code, which the Desk escapes.
AS_SENT = ("body", "raw", "content_variables", "field_values")
LONG_TEXT = (*AS_SENT, "error_text", "lead_problem", "url", "file", "last_result")
LENGTHS = {
	"filename": 255,
	"customer_user_id": 160,
	"customer_parent_id": 160,
	"customer_address": 160,
	"last_message_preview": 160,
	"ad_url": 500,
	"ad_click_id": 500,
	"consent_note": 500,
}
DATA_LENGTH = 140
# The Desk renders the text of other fields as HTML.
PLAIN = str.maketrans("<>", "‹›")
# Text of customers, which a spreadsheet would run as a formula if Frappe exports it as it is:
# https://owasp.org/www-community/attacks/CSV_Injection. A no-break space before it is invisible, unlike an apostrophe. The
# text of a message itself stays unchanged.
WRITTEN_BY_OTHERS = (
	"profile_name",
	"last_message_preview",
	"lead_title",
	"filename",
	"ad_title",
	"ad_id",
	"consent_note",
	"record_title",
)
FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
NUMBER = re.compile(r"[+-]?[\d\s().-]*\d[\d\s().-]*")
NO_BREAK_SPACE = "\u00a0"


def new_name() -> str:
	"""Long enough that names do not collide."""
	return frappe.generate_hash(length=20)


def insert(doctype: str, row: dict) -> None:
	"""Insert a row; columns without a value get the table's default: NULL, or 0."""
	row = _with_values(row)
	database.run(_insertion(frappe.db.db_type, doctype, tuple(row)), tuple(row.values()))


def insert_all(doctype: str, rows: list[dict]) -> None:
	"""As `insert`, but those with values in the same columns by one statement."""
	alike: dict[tuple[str, ...], list[dict]] = {}
	for row in [_with_values(each) for each in rows]:
		alike.setdefault(tuple(row), []).append(row)
	for columns, same in alike.items():
		more = f", ({', '.join(['%s'] * len(columns))})" * (len(same) - 1)
		values = [value for row in same for value in row.values()]
		database.run(_insertion(frappe.db.db_type, doctype, columns) + more, values)


def _with_values(row: dict) -> dict:
	"""The columns that have a value, with Frappe's standard ones."""
	moment, user = now(), frappe.session.user
	framework = {"creation": moment, "modified": moment, "owner": user, "modified_by": user}
	fitted = {key: coerce(key, value) for key, value in row.items()}
	return framework | {key: value for key, value in fitted.items() if value}


def update(doctype: str, name: str, changes: dict) -> None:
	"""Update a row without changing `modified`: a form that a user has open can still be saved."""
	if not changes:
		return
	statement = _change(frappe.db.db_type, doctype, tuple(changes))
	database.run(statement, (*(coerce(key, value) for key, value in changes.items()), name))


def update_all(doctype: str, changes: dict[str, dict]) -> None:
	"""As `update`, of several rows by name, in one statement for those with the same columns."""
	alike: dict[tuple[str, ...], list[str]] = {}
	for name, each in changes.items():
		alike.setdefault(tuple(each), []).append(name)
	for columns, names in alike.items():
		values = [
			value
			for column in columns
			for name in names
			for value in (name, coerce(column, changes[name][column]))
		]
		statement = _changes(frappe.db.db_type, doctype, columns, len(names))
		database.run(statement, (*values, *names))


def lock(doctype: str, name: str) -> None:
	"""Lock a row until the transaction ends, on MariaDB and on SQLite."""
	table = DocType(doctype)
	database.run(frappe.qb.update(table).set(table.idx, table.idx).where(table.name == VALUE), (name,))


# Building a statement costs as much as running it: each is built once for each kind of database.


@lru_cache
def _insertion(_db_type: str, doctype: str, columns: tuple[str, ...]) -> str:
	query = frappe.qb.into(DocType(doctype)).columns(*columns).insert(*[VALUE] * len(columns))
	return query.get_sql()


@lru_cache
def _change(_db_type: str, doctype: str, columns: tuple[str, ...]) -> str:
	table = DocType(doctype)
	query = frappe.qb.update(table).where(table.name == VALUE)
	for column in columns:
		query = query.set(column, VALUE)
	return query.get_sql()


@lru_cache
def _changes(_db_type: str, doctype: str, columns: tuple[str, ...], count: int) -> str:
	table = DocType(doctype)
	query = frappe.qb.update(table).where(table.name.isin([VALUE] * count))
	for column in columns:
		case = Case()
		for _ in range(count):
			case = case.when(table.name == VALUE, VALUE)
		query = query.set(column, case)
	return query.get_sql()


def is_formula(text: str) -> bool:
	"""Whether a spreadsheet would run the text as a formula; a number such as +62 812 is not one."""
	return bool(FORMULA.match(text)) and not NUMBER.fullmatch(text)


def coerce(column: str, value):
	"""Convert a value for its column."""
	if isinstance(value, bool):
		return int(value)
	if not isinstance(value, str) or column in AS_SENT:
		return value
	if column in UNIQUE and not value:
		return None
	text = value.translate(PLAIN)
	if column in WRITTEN_BY_OTHERS and is_formula(text):
		text = NO_BREAK_SPACE + text
	return text if column in LONG_TEXT else text[: LENGTHS.get(column, DATA_LENGTH)]


def present(row: dict) -> dict:
	"""Without NULL values."""
	return {key: value for key, value in row.items() if value is not None}
