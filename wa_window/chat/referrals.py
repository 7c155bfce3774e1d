"""The ad from which a customer began a chat."""

from typing import Any

from .message import Conversation
from .received import Referral
from .service import ChatService


def keep_referral(chat: ChatService, conversation: str, referral: Referral, at_ms: int) -> None:
	"""Store the ad of a message that was sent at `at_ms` (epoch ms, UTC) with the conversation, unless an earlier one is: that one
	brought the customer."""

	def write() -> None:
		row = chat.store.lock(conversation)
		if row and not row.ad_title:
			chat.store.change_conversation(conversation, **ad_of(referral, at_ms))

	chat.store.transaction(write)


def ad_of(referral: Referral, at_ms: int) -> dict[str, Any]:
	"""The values of a conversation."""
	return {
		"ad_title": referral.title,
		"ad_id": referral.source_id,
		"ad_at_ms": at_ms,
		"ad_url": referral.source_url,
		"ad_click_id": referral.click_id,
	}


def merged_ad(kept: Conversation, absorbed: Conversation) -> dict[str, Any]:
	"""The ad of two conversations that become one: that of the older one, where it has one."""
	source = kept if kept.ad_title else absorbed
	return {
		name: getattr(source, name) for name in ("ad_title", "ad_id", "ad_at_ms", "ad_url", "ad_click_id")
	}
