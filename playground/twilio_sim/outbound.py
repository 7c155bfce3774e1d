"""The outcome of an accepted message: its file is fetched, and WhatsApp delivers it or rejects it with a code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import requests
from werkzeug.http import parse_options_header

from . import local_http
from .contents import ALWAYS_APPROVED, Content
from .records import Media, Message, new_sid

if TYPE_CHECKING:
	from .simulator import SimulatedTwilio

MEDIA_LIMIT = 16 * 1024 * 1024
IMAGE_LIMIT = 5 * 1024 * 1024
# "OGG is only supported when it uses the opus audio codec": https://www.twilio.com/docs/whatsapp/guidance-whatsapp-media-messages
OGG_HEADER = 300


def failure(sim: SimulatedTwilio, message: Message) -> int:
	"""The error code with which WhatsApp rejects the message now; 0 where it delivers it."""
	customer = sim.customers[message.customer]
	if not customer.on_whatsapp:
		return 63003
	if customer.blocked:
		return 63014
	if message.pair in sim.opted_out:
		return 21610
	return _content_failure(sim, message)


def _content_failure(sim: SimulatedTwilio, message: Message) -> int:
	content = sim.contents.get(message.content_sid)
	window_open = sim.window_open(*message.pair)
	if content is None:
		return 0 if window_open else 63016
	if not content.approved and (not window_open or content.type in ALWAYS_APPROVED):
		return 63016
	return content.problem(message.content_variables)


def fetch_media(message: Message, content: Content | None) -> int:
	"""Fetch the message's file, as Twilio does when it sends; returns an error code, or 0. A template's file at another host is
	taken to be there.

	Twilio sends HEAD and GET requests, and takes the name from the header Content-Disposition:
	https://www.twilio.com/docs/messaging/guides/accepted-mime-types
	"""
	try:
		asked, response = (local_http.fetch(message.media_url, method) for method in ("HEAD", "GET"))
	except local_http.NotHere:
		return 0 if content else 63019
	except requests.RequestException:
		return 63019
	if (asked.status_code, response.status_code) != (200, 200):
		return 63019
	content_type = response.headers.get("Content-Type", "application/octet-stream").split(";")[0]
	if problem := _file_problem(content_type, response.content, content):
		return problem
	name = parse_options_header(response.headers.get("Content-Disposition", ""))[1].get("filename", "")
	message.media = [Media(new_sid("ME"), content_type, response.content, name)]
	return 0


def _file_problem(content_type: str, data: bytes, content: Content | None) -> int:
	if len(data) > (IMAGE_LIMIT if content_type.startswith("image/") else MEDIA_LIMIT):
		return 63034
	if content_type == "audio/ogg" and b"OpusHead" not in data[:OGG_HEADER]:
		return 63019
	return 63021 if content and not content.takes(content_type) else 0
