"""Follows the templates that were written here until WhatsApp has decided; Twilio has no webhook for it."""

import frappe

from ...chat.errors import ChatError
from ..clock import SystemClock
from ..template_drafts import following
from ..time_limit import JobClock, alarm_passes


@alarm_passes()
def follow() -> None:
	"""Scheduler: ask Twilio for those whose time has come; the next run asks again where it does not answer. One that fails otherwise
	holds up no other."""
	clock = JobClock()
	for name in following.due(SystemClock().now_ms()):
		if clock.is_over():
			return
		try:
			following.look(name)
		except ChatError:
			continue
		except Exception:
			frappe.db.rollback()
			frappe.log_error("WA Window: a template could not be followed", frappe.get_traceback())
			frappe.db.commit()  # nosemgrep: frappe-manual-commit - the next transaction begins with a rollback
