"""Fetches the files that customers sent."""

import frappe

from ...chat.errors import NotSetUp
from ...chat.fetch_files import fetch_files
from ..bootstrap import chat_service
from ..channel import twilio_media
from ..events import FETCH, enqueue_once, release_claim
from ..files.attachments import FrappeFiles
from ..settings import media_limit_bytes
from ..time_limit import JobClock, alarm_passes


@alarm_passes()
def fetch_media_files() -> None:
	"""Job: fetch the files that customers sent until none is due; at its time limit it enqueues another job."""
	release_claim(FETCH)
	frappe.set_user("Administrator")
	clock = JobClock()
	try:
		fetcher = twilio_media()
	except NotSetUp:
		return
	chat, files = chat_service(clock), FrappeFiles()
	while fetch_files(chat, fetcher, files, largest=media_limit_bytes(), until_ms=clock.until_ms):
		pass
	if clock.is_over():
		enqueue_once(FETCH)
