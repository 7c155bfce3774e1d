"""A long chat of a lead: `fill.py SITE DOCTYPE LEAD MESSAGES`."""

import sys
from dataclasses import replace

import frappe

from wa_window.chat.address import customer_with
from wa_window.chat.conversations import link_lead
from wa_window.chat.inbound import receive
from wa_window.chat.message import DONE, InboundMessage
from wa_window.site.announcer import SiteAnnouncer
from wa_window.site.clock import SystemClock
from wa_window.site.leads import SiteLeads, lead_of
from wa_window.site.settings import default_sender
from wa_window.site.store import FrappeStore


def main(site: str, doctype: str, lead: str, messages: str) -> None:
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	store = FrappeStore()
	inbound = InboundMessage(
		message_sid=f"SM{frappe.generate_hash(length=32)}",
		customer=customer_with(lead_of(frappe.get_doc(doctype, lead)).phone),
		business_address=default_sender().address,
		kind="text",
		body="Halo",
		sent_at_ms=SystemClock().now_ms(),
	)
	newest = receive(inbound, store=store, announcer=SiteAnnouncer())
	link_lead(newest.conversation, store=store, leads=SiteLeads())
	for number in range(int(messages)):
		body = f"Pesan {number}: halo, apakah rumahnya masih ada?"
		sent_at_ms = newest.sent_at_ms - (int(messages) - number) * 1000
		store.add_message(replace(newest, message_sid="", follow_up=DONE, body=body, sent_at_ms=sent_at_ms))
	frappe.db.commit()  # nosemgrep: frappe-manual-commit - a script: no request commits for it
	frappe.destroy()


if __name__ == "__main__":
	main(*sys.argv[1:])
