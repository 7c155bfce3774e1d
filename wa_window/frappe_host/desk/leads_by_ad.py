"""How many chats and leads each ad has brought."""

from datetime import date

import frappe

from ..records.permissions import CONVERSATION
from .dates import day, require_order

SHOWN = ["ad_title", "ad_id", "ad_url", "lead_doctype", "lead"]


def rows(from_date: str | date | None, to_date: str | date | None) -> list[dict]:
	"""For each ad, the chats that began from it in this date range (site's time zone, inclusive) and that the user may see; the most
	chats first. Raises InvalidArgument."""
	first, last = day(from_date), day(to_date)
	require_order(first, last)
	filters = {"ad_title": ("is", "set"), "creation": ("between", (first, last))}
	chats = frappe.get_list(CONVERSATION, filters, SHOWN, limit=0)
	by_ad: dict[tuple[str, str], list] = {}
	for chat in chats:
		by_ad.setdefault((chat.ad_id or "", "" if chat.ad_id else chat.ad_title), []).append(chat)
	return sorted((_row(chats) for chats in by_ad.values()), key=lambda row: (-row["chats"], row["ad_title"]))


def _row(chats: list[frappe._dict]) -> dict:
	leads = {(chat.lead_doctype, chat.lead) for chat in chats if chat.lead}
	first = chats[0]
	return {
		"ad_title": first.ad_title,
		"ad_id": first.ad_id,
		"ad_url": first.ad_url,
		"chats": len(chats),
		"leads": len(leads),
	}
