"""What stays of erased messages and customers: SIDs, so that nothing comes back, and opt-outs under a keyed hash."""

from collections.abc import Collection
from functools import lru_cache, reduce

import frappe
from frappe.query_builder import DocType
from frappe.utils.password import get_encryption_key

from ...chat.message import OptOut
from ...chat.opt_out import keyed_hash
from . import database
from .database import VALUE
from .raw_rows import insert
from .tables import ERASED, MESSAGE, OPT_OUT, OPT_OUT_FIELDS


class ErasedStore:
	def erased(self, message_sid: str) -> bool:
		return bool(database.run(_erased_statement(frappe.db.db_type), (message_sid,)))

	def stored_or_erased(self, message_sids: list[str]) -> set[str]:
		marks = [VALUE] * len(message_sids)
		return (
			{
				message_sid
				for table in (DocType(MESSAGE), DocType(ERASED))
				for (message_sid,) in database.run(
					frappe.qb.from_(table).select(table.message_sid).where(table.message_sid.isin(marks)),
					message_sids,
				)
			}
			if message_sids
			else set()
		)

	def preserved_opt_out(self, keys: set[str], business_address: str) -> OptOut:
		table, names = DocType(OPT_OUT), _keyed_hash(keys, business_address)
		query = frappe.qb.from_(table).select(*OPT_OUT_FIELDS).where(table.name.isin([VALUE] * len(names)))
		rows = database.run(query, tuple(names))
		return reduce(
			OptOut.merged_with, [OptOut(bool(opted_out), *times) for opted_out, *times in rows], OptOut()
		)

	def preserve_opt_out(self, keys: set[str], business_address: str, choice: OptOut) -> None:
		names = _keyed_hash(keys, business_address)
		frappe.db.delete(OPT_OUT, {"name": ("in", names)})
		for name in names if choice != OptOut() else ():
			insert(OPT_OUT, {"name": name, **vars(choice)})


def preserved_opt_outs(customers: Collection[str], business_address: str) -> dict[str, OptOut]:
	"""Of several customers at once, by one key each; one without is left out."""
	hashes = {_keyed_hash({customer}, business_address)[0]: customer for customer in customers}
	if not hashes:
		return {}
	table = DocType(OPT_OUT)
	query = frappe.qb.from_(table).select(table.name, *OPT_OUT_FIELDS)
	rows = database.run(query.where(table.name.isin([VALUE] * len(hashes))), tuple(hashes))
	return {hashes[name]: OptOut(bool(opted_out), *times) for name, opted_out, *times in rows}


@lru_cache
def _erased_statement(_db_type: str) -> str:
	table = DocType(ERASED)
	return frappe.qb.from_(table).select(table.name).where(table.name == VALUE).get_sql()


def _keyed_hash(keys: set[str], business_address: str) -> list[str]:
	"""Keyed by the site's encryption key, which is not part of a database dump. If that changes, stored opt-outs cannot be
	found any more."""
	secret = get_encryption_key().encode()
	return sorted(keyed_hash(key, business_address, secret) for key in keys)
