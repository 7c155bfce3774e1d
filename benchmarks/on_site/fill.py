"""A long chat of a lead: `fill.py SITE DOCTYPE LEAD MESSAGES`."""

import sys

import frappe

from wa_window.chat.address import customer_with
from wa_window.chat.inbound import receive
from wa_window.chat.message import InboundMessage
from wa_window.site.announcer import SiteAnnouncer
from wa_window.site.clock import SystemClock
from wa_window.site.leads import lead_of
from wa_window.site.settings import default_sender
from wa_window.site.store import FrappeStore


def main(site: str, doctype: str, lead: str, messages: str) -> None:
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	customer, now_ms = customer_with(lead_of(frappe.get_doc(doctype, lead)).phone), SystemClock().now_ms()
	for number in range(int(messages)):
		inbound = InboundMessage(
			message_sid=f"SM{frappe.generate_hash(length=32)}",
			customer=customer,
			business_address=default_sender().address,
			kind="text",
			body=f"Pesan {number}: halo, apakah rumahnya masih ada?",
			sent_at_ms=now_ms - (int(messages) - number) * 1000,
		)
		receive(inbound, store=FrappeStore(), announcer=SiteAnnouncer())
	frappe.destroy()


if __name__ == "__main__":
	main(*sys.argv[1:])
