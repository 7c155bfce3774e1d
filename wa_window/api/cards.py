"""The number cards of the workspace; they count what the user may see."""

import frappe

from ..frappe_host.desk import number_cards
from ..frappe_host.desk.http_errors import chat_errors_as_http


@frappe.whitelist()
@chat_errors_as_http
def needs_reply(filters: str | dict | None = None) -> dict:
	return number_cards.needs_reply_card()


@frappe.whitelist()
@chat_errors_as_http
def open_windows(filters: str | dict | None = None) -> dict:
	return number_cards.card("open")


@frappe.whitelist()
@chat_errors_as_http
def closing_soon(filters: str | dict | None = None) -> dict:
	return number_cards.card("closing")


@frappe.whitelist()
@chat_errors_as_http
def unread_chats(filters: str | dict | None = None) -> dict:
	return number_cards.card("unread")


@frappe.whitelist()
@chat_errors_as_http
def chats_without_a_lead(filters: str | dict | None = None) -> dict:
	"""Chats without a lead, which only managers may see."""
	return number_cards.without_a_lead_card()


@frappe.whitelist()
@chat_errors_as_http
def failed_today(filters: str | dict | None = None) -> dict:
	"""Messages that failed since midnight."""
	return number_cards.failed_today_card()
