"""Files on their way to Twilio: uploaded by an agent, fetched by a signed link that expires."""

import json

import frappe
from werkzeug import Response

from ..chat.errors import NotPermitted
from ..site import files
from ..site.refusals import in_words
from ..twilio_channel.media import content_disposition

HEADERS = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}


@frappe.whitelist(allow_guest=True, methods=["GET", "HEAD"])  # Twilio asks by both
def file(row: str = "", expires_at_ms: str = "0", _signature: str = "") -> Response:
	"""The file of a message that is being sent."""
	try:
		name, media_type, content = files.linked(row, expires_at_ms, _signature)
	except NotPermitted as refusal:
		# Not raised: Frappe would answer a browser with a whole page of the website.
		body = json.dumps({"exc_type": type(refusal).__name__})
		return Response(body, refusal.http_status_code, HEADERS, mimetype="application/json")
	named = {"Content-Disposition": content_disposition(name, media_type)}
	return Response(content, mimetype=media_type, headers=HEADERS | named)


@frappe.whitelist(methods=["POST"])
@in_words
def upload() -> dict:
	"""What Frappe's `upload_file` hands over where its `method` names this: a file that is going to be sent."""
	name, content = (getattr(frappe.local, key, None) for key in ("uploaded_filename", "uploaded_file"))
	return files.upload(name or "", content or b"")
