"""WA Window Settings: is everything in place?"""

import frappe

from ..site import health
from ..site.permissions import require_manager
from ..site.refusals import in_words


@frappe.whitelist(methods=["POST"])
@in_words
def test_connection() -> list[dict]:
	"""Named checks, each with what to do where it fails."""
	require_manager()
	return health.checks()
