"""Delivery statuses: a ladder that is climbed and never descended, whatever the order in which Twilio reports.

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
# Nothing more needs to be asked for; a delivered message may still be read.
SETTLED = (DELIVERED, READ, *FAILURES)
UNSETTLED = (QUEUED, "accepted", "scheduled", SENDING, SENT, UNKNOWN)
# Those that may wait to be looked up in the provider's list.
LOOKED_UP = (*UNSETTLED, FAILED, UNDELIVERED)
RUNGS = {"queued": 0, "accepted": 0, "scheduled": 0, "sending": 1, "sent": 2, "delivered": 3, "read": 4}
KNOWN = {*RUNGS, *FAILURES}


def advance(current: str, reported: str) -> str:
	"""The status after `reported` arrived for a message that Twilio had accepted and whose status was `current`.

	A failure is final, except that it is ignored after delivered or read; an unknown report changes nothing.
	"""
	if reported not in KNOWN or current in FAILURES:
		return current
	if reported in FAILURES:
		return current if current in (DELIVERED, READ) else reported
	return reported if RUNGS[reported] > RUNGS.get(current, -1) else current


def is_final(current: str, error_code: str) -> bool:
	"""Whether nothing more needs to be asked for; of a failure its code does, which is not always reported with it."""
	return current in SETTLED and (current not in (FAILED, UNDELIVERED) or bool(error_code))


def takes_code(current: str, error_code: str, reported: str, reported_code: str) -> bool:
	"""Whether a failed message gets its code by this report: a failure is reported more than once, and not always with its
	code at first (`undelivered`, then `failed` with 63016). The first code stays."""
	return {current, reported} <= set(FAILURES) and bool(reported_code) and not error_code
