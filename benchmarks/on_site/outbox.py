"""Queued messages, and the job that sends them. `outbox.py SITE fill FILE`: queue one to each number in the file; `… work
PLACES`: run the job with this number of concurrent calls; `… press FILE EVERY_MS`: queue one after the other, once a line
is read from stdin; prints the time of each (epoch ms, UTC)."""

import json
import secrets
import sys
import time
from dataclasses import replace
from pathlib import Path

import frappe

from wa_window.chat import inbound, outbound
from wa_window.chat.address import customer_at
from wa_window.chat.message import InboundMessage
from wa_window.chat.service import ChatService
from wa_window.frappe_host.bootstrap import chat_service
from wa_window.frappe_host.clock import SystemClock
from wa_window.frappe_host.jobs import dispatch
from wa_window.frappe_host.settings import default_sender

# nosemgrep: frappe-monkey-patching-not-allowed - the measured value, in this process only
from wa_window.twilio_channel import concurrent_calls


class NullEventPublisher:
	"""Enqueues no job: it is started by hand."""

	def conversation_changed(self, conversation: str) -> None: ...

	def message_received(self, message) -> None: ...

	def outbox_filled(self) -> None: ...


def silent() -> ChatService:
	return replace(chat_service(), events=NullEventPublisher())


def chats(file: str) -> dict[str, str]:
	"""The conversation of each number, whose customer has just written."""
	found, sender = {}, default_sender().address
	for phone in json.loads(Path(file).read_text()):
		sid, customer = "SM" + secrets.token_hex(16), customer_at(f"whatsapp:{phone}")
		written = InboundMessage(sid, customer, sender, "text", "Halo", SystemClock().now_ms())
		found[phone] = inbound.receive(silent(), written).conversation
	return found


def reply(conversation: str, body: str) -> None:
	request = outbound.SendRequest(secrets.token_hex(10), "Administrator")
	outbound.reply(silent(), conversation, body, request)


def fill(file: str) -> None:
	for phone, conversation in chats(file).items():
		reply(conversation, phone)


def work(places: str) -> None:
	concurrent_calls.PLACES = int(places)
	dispatch.dispatch_messages()


def press(file: str, every_ms: str) -> dict[str, int]:
	ready, pressed = chats(file), {}
	print("ready", flush=True)
	sys.stdin.readline()
	for phone, conversation in ready.items():
		pressed[phone] = SystemClock().now_ms()
		reply(conversation, phone)
		time.sleep(int(every_ms) / 1000)
	return pressed


def main(site: str, act: str, *arguments: str) -> None:
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")
	result = {"fill": fill, "work": work, "press": press}[act](*arguments)
	frappe.db.commit()  # nosemgrep: frappe-manual-commit - a script: no request commits for it
	frappe.destroy()
	print(json.dumps(result))


if __name__ == "__main__":
	main(*sys.argv[1:])
