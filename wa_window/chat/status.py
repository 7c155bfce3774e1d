"""Delivery statuses: a status only moves forward, in whichever order Twilio reports.

Source: https://www.twilio.com/docs/messaging/api/message-resource#message-status-values; the order of status
callbacks is not guaranteed.
"""

RECEIVED = "received"
QUEUED = "queued"
SENDING = "sending"
SENT = "sent"
DELIVERED = "delivered"
READ = "read"
FAILED = "failed"
UNDELIVERED = "undelivered"
CANCELED = "canceled"
UNKNOWN = "unknown"

FAILURES = (FAILED, UNDELIVERED, CANCELED)
# These are not looked up any more; a delivered message may still become read.
FINAL = (DELIVERED, READ, *FAILURES)
NOT_FINAL = (QUEUED, "accepted", "scheduled", SENDING, SENT, UNKNOWN)
# These may be due for a lookup in the provider's list.
RECONCILABLE = (*NOT_FINAL, FAILED, UNDELIVERED)
RANKS = {"queued": 0, "accepted": 0, "scheduled": 0, "sending": 1, "sent": 2, "delivered": 3, "read": 4}
REPORTED = {*RANKS, *FAILURES}


def advance(current: str, reported: str) -> str:
	"""The status after the report `reported` for an accepted message whose status was `current`.

	A failure is final, except that it is ignored after delivered or read; an unknown status changes nothing.
	"""
	if reported not in REPORTED or current in FAILURES:
		return current
	if reported in FAILURES:
		return current if current in (DELIVERED, READ) else reported
	return reported if RANKS[reported] > RANKS.get(current, -1) else current


def is_final(current: str, error_code: str) -> bool:
	"""Whether the status is not looked up any more. A failure is final only with its code, which may be reported later."""
	return current in FINAL and (current not in (FAILED, UNDELIVERED) or bool(error_code))


def adds_error_code(current: str, error_code: str, reported: str, reported_code: str) -> bool:
	"""Whether a failed message gets its code from this report: a failure is reported more than once, and not always with its
	code at first (`undelivered`, then `failed` with 63016). The first code stays."""
	return {current, reported} <= set(FAILURES) and bool(reported_code) and not error_code
