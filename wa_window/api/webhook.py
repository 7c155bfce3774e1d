"""Twilio's webhooks. Without a valid signature nothing is stored, and the answer gives no details."""

import frappe
from werkzeug import Response

from ..chat import tracking
from ..chat.errors import NotPermitted
from ..chat.inbound import receive
from ..frappe_host.bootstrap import chat_service
from ..frappe_host.channel import without_unstorable_text
from ..frappe_host.desk import webhook_log
from ..frappe_host.desk.http_errors import chat_errors_as_http
from ..frappe_host.settings import accepted_tokens, public_url
from ..twilio_channel.round_trip import is_round_trip
from ..twilio_channel.signature import candidate_urls, is_genuine
from ..twilio_channel.webhook import inbound_message, require_size, status_report


@frappe.whitelist(allow_guest=True, xss_safe=True, methods=["POST"])
@chat_errors_as_http
def inbound() -> Response:
	"""Receive a customer's message; it is stored once, however often Twilio posts it."""
	form, chat = _genuine_form(), chat_service()
	if is_round_trip(form):
		return _empty_response()
	message = without_unstorable_text(inbound_message(form, received_at_ms=chat.clock.now_ms()))
	receive(chat, message)
	return _empty_response()


@frappe.whitelist(allow_guest=True, xss_safe=True, methods=["POST"])
@chat_errors_as_http
def status() -> Response:
	"""Receive the delivery status of a message that we sent; `?message=` is our own name for it."""
	form, chat = _genuine_form(), chat_service()
	if is_round_trip(form):
		return _empty_response()
	name = frappe.request.args.get("message", "")
	report = status_report(form, message=name, reported_at_ms=chat.clock.now_ms())
	tracking.track(chat, report)
	return _empty_response()


def _genuine_form():
	"""The raw form, not Frappe's merged and sanitised one. Raises FormTooLarge, or NotPermitted without a valid signature."""
	request = frappe.request
	require_size(request.form)
	path_and_query = request.full_path.rstrip("?")
	urls = candidate_urls(public_url(), path_and_query, request.url, request.headers)
	signature = request.headers.get("X-Twilio-Signature")
	# The log is about Twilio: what this site posts to itself must neither clear the count of refused webhooks nor add to it.
	is_twilios = not is_round_trip(request.form)
	if not is_genuine(request.form, signature, urls, accepted_tokens()):
		if is_twilios:
			webhook_log.count_refused(_reason(signature))
		raise NotPermitted
	if is_twilios:
		webhook_log.note_accepted()
	return request.form


def _reason(signature: str | None) -> str:
	if not any(accepted_tokens()):
		return webhook_log.NO_TOKEN
	return webhook_log.WRONG_SIGNATURE if signature else webhook_log.NO_SIGNATURE


def _empty_response() -> Response:
	"""TwiML without a verb: no automatic reply. Another content type causes Twilio's error 12300."""
	return Response("<Response/>", mimetype="text/xml")
