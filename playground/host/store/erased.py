"""What stays of erased messages and customers: SIDs, and opt-outs under a keyed hash."""

from functools import reduce

from wa_window.chat.message import OptOut
from wa_window.chat.opt_out import keyed_hash

from .database import Database

# Not a secret: the playground's customers are made up.
SECRET = b"playground"


class ErasedStore(Database):
	def erased(self, message_sid: str) -> bool:
		return bool(self._run("SELECT 1 FROM erased WHERE message_sid = ?", (message_sid,)))

	def stored_or_erased(self, message_sids: list[str]) -> set[str]:
		marks = ", ".join("?" * len(message_sids))
		both = " UNION ".join(
			f"SELECT message_sid FROM {table} WHERE message_sid IN ({marks})"
			for table in ("message", "erased")
		)
		return {row["message_sid"] for row in self._run(both, (*message_sids, *message_sids))}

	def preserved_opt_out(self, keys: set[str], business_address: str) -> OptOut:
		columns = "opted_out, opt_out_changed_at_ms, blocked_at_ms"
		names = [keyed_hash(key, business_address, SECRET) for key in keys]
		rows = self._run(
			f"SELECT {columns} FROM opt_out WHERE name IN ({', '.join('?' * len(names))})", names
		)
		choices = [OptOut(**dict(row) | {"opted_out": bool(row["opted_out"])}) for row in rows]
		return reduce(OptOut.merged_with, choices, OptOut())

	def preserve_opt_out(self, keys: set[str], business_address: str, choice: OptOut) -> None:
		for name in [keyed_hash(key, business_address, SECRET) for key in keys]:
			self._run("DELETE FROM opt_out WHERE name = ?", (name,))
			if choice != OptOut():
				self._insert("opt_out", {"name": name, **vars(choice)})
