"""How many chats and leads each ad has brought."""

from dataclasses import dataclass, field
from datetime import date

import frappe

from . import readable_chats
from .dates import day, require_order, span_ms

SHOWN = ["ad_title", "ad_id", "ad_url", "lead_doctype", "lead"]


@dataclass
class _Ad:
	"""`chats`: how many it has brought; `leads`: those that these are of."""

	title: str
	id: str
	url: str
	chats: int = 0
	leads: set[tuple[str, str]] = field(default_factory=set)

	def add(self, chat: frappe._dict) -> None:
		self.chats += 1
		if chat.lead:
			self.leads.add((chat.lead_doctype, chat.lead))


def rows(from_date: str | date | None, to_date: str | date | None) -> list[dict]:
	"""For each ad, the chats that the user may see and whose first ad it is, where the customer wrote from it in this date range (site's
	time zone, inclusive); the most chats first. Raises InvalidArgument."""
	first, last = day(from_date), day(to_date)
	require_order(first, last)
	begins_ms, ends_ms = span_ms(first, last)
	filters: list[list] = [
		["ad_title", "is", "set"],
		["ad_at_ms", ">=", begins_ms],
		["ad_at_ms", "<", ends_ms],
	]
	ads: dict[tuple[str, str], _Ad] = {}
	for chats in readable_chats.batches(filters, SHOWN):
		for chat in chats:
			key = (chat.ad_id or "", "" if chat.ad_id else chat.ad_title)
			ads.setdefault(key, _Ad(chat.ad_title, chat.ad_id, chat.ad_url)).add(chat)
	return [_row(ad) for ad in sorted(ads.values(), key=lambda ad: (-ad.chats, ad.title))]


def _row(ad: _Ad) -> dict:
	return {
		"ad_title": ad.title,
		"ad_id": ad.id,
		"ad_url": ad.url,
		"chats": ad.chats,
		"leads": len(ad.leads),
	}
