"""Messages that wait to be sent, and the job that sends them. `outbox.py SITE fill FILE`: one to each number in the file;
`… work PLACES`: what a job worker does, with so many calls side by side; `… press FILE EVERY_MS`: they are written one after the
other, from when a line comes in on; tells when each was (epoch ms, UTC)."""

import json
import secrets
import sys
import time
from pathlib import Path

import frappe

from wa_window.chat import inbound, outbound
from wa_window.chat.address import customer_at
from wa_window.chat.message import InboundMessage
from wa_window.site import jobs
from wa_window.site.clock import SystemClock
from wa_window.site.settings import default_sender
from wa_window.site.store import FrappeStore

# nosemgrep: frappe-monkey-patching-not-allowed - what is measured, in this process alone
from wa_window.twilio_channel import side_by_side


class Silent:
	"""Wakes nobody: the job is started by hand."""

	def conversation_changed(self, conversation: str) -> None: ...

	def message_received(self, message) -> None: ...

	def outbox_filled(self) -> None: ...


def chats(file: str) -> dict[str, str]:
	"""Each number's conversation: its customer has written just now."""
	found, sender = {}, default_sender().address
	for phone in json.loads(Path(file).read_text()):
		sid, customer = "SM" + secrets.token_hex(16), customer_at(f"whatsapp:{phone}")
		written = InboundMessage(sid, customer, sender, "text", "Halo", SystemClock().now_ms())
		found[phone] = inbound.receive(written, store=FrappeStore(), announcer=Silent()).conversation
	return found


def reply(conversation: str, body: str) -> None:
	outside = {"store": FrappeStore(), "announcer": Silent(), "clock": SystemClock()}
	outbound.reply(conversation, body, secrets.token_hex(10), author="Administrator", **outside)


def fill(file: str) -> None:
	for phone, conversation in chats(file).items():
		reply(conversation, phone)


def work(places: str) -> None:
	side_by_side.PLACES = int(places)
	jobs.dispatch_messages()


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
