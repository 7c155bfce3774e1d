"""Sends queued messages."""

import frappe

from ...chat import dispatch
from ...chat.errors import NotSetUp
from ...chat.handing_over import HandingOver
from ..batch_host import in_the_name_of
from ..bootstrap import chat_service
from ..events import DISPATCH, enqueue_once, release_claim
from ..shared_rate_limit import SharedRateLimit
from ..store.store import FrappeStore
from ..time_limit import JobClock, alarm_passes

# A batch may go on for many minutes: other jobs get their turn between, also where there is one worker.
WITH_BATCH_S = 20


@alarm_passes()
def dispatch_messages() -> None:
	"""Job: send due messages until none is left; at its time limit it enqueues another job."""
	release_claim(DISPATCH)
	frappe.set_user("Administrator")
	clock = JobClock(WITH_BATCH_S if FrappeStore().sending_batches() else None)
	service = chat_service(clock)
	try:
		hand_over = HandingOver(service, in_the_name_of, SharedRateLimit().per_second, _log_error)
		dispatch.dispatch(service, until_ms=clock.until_ms, refill=hand_over)
	except NotSetUp:
		return
	if clock.is_over():
		enqueue_once(DISPATCH)


def _log_error() -> None:
	frappe.db.rollback()
	frappe.log_error("WA Window: a template to many could not be handed over", frappe.get_traceback())
	frappe.db.commit()  # nosemgrep: frappe-manual-commit - the next transaction of this job begins with a rollback
