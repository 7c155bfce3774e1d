"""Sends queued messages."""

import frappe

from ...chat import dispatch
from ...chat.errors import NotSetUp
from ..bootstrap import chat_service
from ..events import DISPATCH, enqueue_once, release_claim
from ..time_limit import JobClock, alarm_passes


@alarm_passes()
def dispatch_messages() -> None:
	"""Job: send due messages until none is left; at its time limit it enqueues another job."""
	release_claim(DISPATCH)
	frappe.set_user("Administrator")
	clock = JobClock()
	try:
		dispatch.dispatch(chat_service(clock), until_ms=clock.until_ms)
	except NotSetUp:
		return
	if clock.is_over():
		enqueue_once(DISPATCH)
