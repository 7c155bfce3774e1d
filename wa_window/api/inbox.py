"""The list of chats."""

import frappe

from ..site import inbox
from ..site.permissions import require_manager
from ..site.refusals import in_words


@frappe.whitelist(methods=["GET"])
def filters(kind: str) -> list[list]:
	"""Filters for Frappe's list view: open, closing, closed, unread or mine."""
	return inbox.filters(kind if kind in inbox.KINDS else "open")


@frappe.whitelist(methods=["GET"])
def leads(kind: str, lead_doctype: str) -> list[str]:
	"""The names of the leads whose chat is open, closing, closed, unread or mine."""
	return inbox.leads(kind if kind in inbox.KINDS else "open", lead_doctype)


@frappe.whitelist(methods=["POST"])
@in_words
def create_lead(conversation: str) -> dict:
	"""A new lead for a conversation that has none: its DocType and name."""
	require_manager()
	return inbox.create_lead(conversation)
