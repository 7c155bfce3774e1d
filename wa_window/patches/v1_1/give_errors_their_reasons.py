import frappe

from wa_window.chat.status import FAILURES
from wa_window.frappe_host.store.raw_rows import update
from wa_window.twilio_channel.error_codes import reason_of

BATCH = 1000


def execute() -> None:
	"""Fill in the reason of messages that failed with an error code of Twilio's; each batch is committed.

	It is the first patch, since patches that recompute a chat read the reasons.
	"""
	after = ""
	while rows := frappe.get_all(
		"Chat Message",
		{"delivery_status": ("in", FAILURES), "error_code": ("is", "set"), "name": (">", after)},
		["name", "error_code", "error_reason"],
		order_by="name asc",
		limit=BATCH,
	):
		for row in rows:
			reason = reason_of(row.error_code)
			if reason != (row.error_reason or ""):
				update("Chat Message", row.name, {"error_reason": reason})
		frappe.db.commit()
		after = rows[-1].name
