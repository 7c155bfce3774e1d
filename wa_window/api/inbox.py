"""The list of chats."""

import frappe

from ..site import inbox
from ..site.permissions import require_manager
from ..site.refusals import in_words


@frappe.whitelist(methods=["GET"])
@in_words
def filters(kind: str, doctype: str) -> dict:
	"""Filters for Frappe's list of chats or leads, `kind` being open, closing, closed, unread or mine; `latest`: how many are
	listed where there are more."""
	return inbox.list_filters(kind, doctype)


@frappe.whitelist(methods=["POST"])
@in_words
def create_lead(conversation: str) -> dict:
	"""A new lead for a conversation that has none: its DocType and name."""
	require_manager()
	return inbox.create_lead(conversation)
