"""The number cards of the workspace: what the user may see, counted at this moment."""

import frappe

from ..site import inbox
from ..site.refusals import in_words


@frappe.whitelist()
@in_words
def open_windows(filters: str | dict | None = None) -> dict:
	return inbox.card("open")


@frappe.whitelist()
@in_words
def closing_soon(filters: str | dict | None = None) -> dict:
	return inbox.card("closing")


@frappe.whitelist()
@in_words
def unread_chats(filters: str | dict | None = None) -> dict:
	return inbox.card("unread")


@frappe.whitelist()
@in_words
def chats_without_a_lead(filters: str | dict | None = None) -> dict:
	"""Which wait for a manager: nobody else sees them."""
	return inbox.without_a_lead_card()


@frappe.whitelist()
@in_words
def failed_today(filters: str | dict | None = None) -> dict:
	"""Messages that were not delivered since midnight."""
	return inbox.failed_today_card()
