"""The list of chats."""

import frappe

from ..frappe_host.desk import list_filters
from ..frappe_host.desk.http_errors import chat_errors_as_http
from ..frappe_host.records.permissions import require_manager


@frappe.whitelist(methods=["GET"])
@chat_errors_as_http
def filters(kind: str, doctype: str) -> dict:
	"""Filters for Frappe's list of chats or leads, `kind` being open, closing, closed, unread or mine; `latest`: the number
	of listed records where there are more."""
	return list_filters.list_filters(kind, doctype)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def create_lead(conversation: str) -> dict:
	"""A new lead for a conversation that has none: its DocType and name."""
	require_manager()
	return list_filters.create_lead(conversation)
