"""Files that are sent: uploaded by an agent, fetched by Twilio by a signed link that expires."""

import json

import frappe
from werkzeug import Response

from ..chat.errors import NotPermitted
from ..frappe_host.desk.http_errors import chat_errors_as_http
from ..frappe_host.files import attachments
from ..twilio_channel.media import content_disposition

HEADERS = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}


@frappe.whitelist(allow_guest=True, methods=["GET", "HEAD"])  # Twilio uses both
def file(row: str = "", expires_at_ms: str = "0", _signature: str = "") -> Response:
	"""Answer with the file of a message that is being sent."""
	try:
		name, media_type, content = attachments.read_signed(row, expires_at_ms, _signature)
	except NotPermitted as error:
		# Not raised: Frappe would answer with a page of the website.
		body = json.dumps({"exc_type": type(error).__name__})
		return Response(body, error.http_status_code, HEADERS, mimetype="application/json")
	named = {"Content-Disposition": content_disposition(name, media_type)}
	return Response(content, mimetype=media_type, headers=HEADERS | named)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def upload() -> dict:
	"""Store an uploaded file that is going to be sent; Frappe's `upload_file` calls it by `method`."""
	name, content = (getattr(frappe.local, key, None) for key in ("uploaded_filename", "uploaded_file"))
	return attachments.upload(name or "", content or b"")
