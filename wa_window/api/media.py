"""Files on their way to Twilio, by a signed link that expires."""

import frappe
from werkzeug import Response

from ..site import files
from ..site.refusals import in_words


@frappe.whitelist(allow_guest=True, methods=["GET"])
@in_words
def file(row: str = "", expires_at_ms: str = "0", **signature):
	"""The file of a message that is being sent."""
	media_type, content = files.linked(row, expires_at_ms)
	headers = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
	return Response(content, mimetype=media_type, headers=headers)
