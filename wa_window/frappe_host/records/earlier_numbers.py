"""Which chats are of an earlier number: whose record, the one by which the session's user reads them, has another number now."""

from dataclasses import replace

from ...chat.conversations import has_earlier_number
from ...chat.message import Conversation, Lead
from ..store import chat_records
from .leads import lead_of
from .people import people_of
from .permissions import FindLead, find_lead


def earlier_numbers(
	conversations: list[Conversation], shown: dict[str, Lead], find: FindLead = find_lead
) -> set[str]:
	"""Those of these conversations; `shown`: their records, where these are not their own."""
	of_shown = {
		row.conversation
		for row in chat_records.of_chats([*shown])
		if row.earlier_number and Lead(row.doctype, row.name) == shown[row.conversation]
	}
	marked = [chat for chat in conversations if chat.earlier_number or chat.name in of_shown]
	return {chat.name for chat in marked if _has_another(chat, shown.get(chat.name), find)}


def _has_another(chat: Conversation, shown: Lead | None, find: FindLead) -> bool:
	record = shown or Lead(chat.lead_doctype, chat.lead)
	doc = find(record.doctype, record.name)
	lead = replace(lead_of(doc), people=people_of(doc)) if doc else record
	return has_earlier_number(replace(chat, earlier_number=True), lead)
