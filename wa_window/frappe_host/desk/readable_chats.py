"""The chats that the session's user may read, for reports."""

from collections.abc import Iterator

import frappe

from ..records.permissions import CONVERSATION

# Each list asks for the user's permissions anew, which takes as long as reading hundreds of rows.
AT_A_TIME = 2000


def batches(filters: list[list], fields: list[str]) -> Iterator[list[frappe._dict]]:
	"""The name and these fields of the chats that match Frappe's filters. Few are in memory at once, and one that changes meanwhile
	is read once: its name stays."""
	after = ""
	while rows := frappe.get_list(
		CONVERSATION,
		[*filters, ["name", ">", after]],
		["name", *fields],
		order_by="name asc",
		limit=AT_A_TIME,
	):
		yield rows
		after = rows[-1].name
