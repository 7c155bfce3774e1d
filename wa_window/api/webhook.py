"""Twilio's webhooks. Genuine by signature or refused: nothing is stored, and nothing is told that helps an attacker."""

import frappe
from werkzeug import Response

from ..chat import delivery
from ..chat.errors import NotPermitted
from ..chat.inbound import receive
from ..site import webhook_log
from ..site.announcer import SiteAnnouncer
from ..site.clock import SystemClock
from ..site.refusals import in_words
from ..site.settings import accepted_tokens, public_url
from ..site.store import FrappeStore
from ..site.twilio import storable
from ..twilio_channel.signature import candidate_urls, is_genuine
from ..twilio_channel.webhook import inbound_message, require_size, status_report


@frappe.whitelist(allow_guest=True, xss_safe=True, methods=["POST"])
@in_words
def inbound() -> Response:
	"""A customer's message: stored once, whatever how often Twilio posts it."""
	form = _genuine_form()
	message = storable(inbound_message(form, received_at_ms=SystemClock().now_ms()))
	receive(message, store=FrappeStore(), announcer=SiteAnnouncer())
	return _empty_response()


@frappe.whitelist(allow_guest=True, xss_safe=True, methods=["POST"])
@in_words
def status() -> Response:
	"""A delivery status of a message that we sent; `?message=` is our own name for it."""
	form = _genuine_form()
	name = frappe.request.args.get("message", "")
	report = status_report(form, message=name, reported_at_ms=SystemClock().now_ms())
	delivery.track(report, store=FrappeStore(), announcer=SiteAnnouncer())
	return _empty_response()


def _genuine_form():
	"""The raw form, not Frappe's merged and sanitised one. Raises FormTooLarge, or NotPermitted unless Twilio signed it."""
	request = frappe.request
	require_size(request.form)
	path_and_query = request.full_path.rstrip("?")
	urls = candidate_urls(public_url(), path_and_query, request.url, request.headers)
	signature = request.headers.get("X-Twilio-Signature")
	if not is_genuine(request.form, signature, urls, accepted_tokens()):
		webhook_log.refused(_reason(signature))
		raise NotPermitted
	webhook_log.genuine()
	return request.form


def _reason(signature: str | None) -> str:
	if not any(accepted_tokens()):
		return webhook_log.NO_TOKEN
	return webhook_log.WRONG_SIGNATURE if signature else webhook_log.NO_SIGNATURE


def _empty_response() -> Response:
	"""TwiML without a verb: no automatic answer. Any other content type is Twilio's error 12300."""
	return Response("<Response/>", mimetype="text/xml")
