"""The BatchHost port on this site: for the session's user, or in a job for the user in whose name a batch is handed over."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe

from ..chat.batches import Batches
from ..chat.message import Message, Sender
from ..chat.sentences import Explanation, Locale
from ..chat.template_batch import Batch, Choice, Limits, Recipient, Row
from ..twilio_channel import error_codes
from . import settings
from .bootstrap import chat_service
from .clock import current_locale, day_begins_ms
from .desk import batch_fields, batch_rows
from .files import attachments
from .records import batch_permissions, leads, permissions, recipients
from .store import database
from .store.tables import BATCH

FILL = "wa_window.frappe_host.jobs.fill_batch.fill_batch"


class FrappeBatchHost:
	def __init__(self):
		self.user = frappe.session.user
		self.chat = chat_service()

	def may_send_to_many(self) -> bool:
		return batch_permissions.may_send_to_many(self.user)

	def may_see_batches(self) -> bool:
		return batch_permissions.may_see_batches(self.user)

	def may_see_batch(self, batch: Batch) -> bool:
		return bool(frappe.has_permission(BATCH, "read", batch.name, user=self.user))

	def limits(self) -> Limits:
		return settings.batch_limits()

	def day_began_ms(self) -> int:
		return day_begins_ms(self.chat.clock.now_ms())

	def require_configured(self) -> None:
		settings.require_configured()

	def default_sender(self) -> Sender:
		return settings.default_sender()

	def require_sender(self, business_address: str) -> None:
		settings.require_sender(business_address)

	def senders(self) -> list[Sender]:
		return settings.senders()

	def file_address(self) -> str:
		return attachments.link_address()

	def record_fields(self, doctype: str) -> dict[str, str]:
		return batch_fields.of(doctype)

	def label_of(self, business_address: str) -> str:
		return settings.label_of(business_address)

	def full_name(self, user: str) -> str:
		return permissions.full_name(user)

	def locale(self) -> Locale:
		return current_locale()

	def explain(self, message: Message) -> Explanation:
		return error_codes.explain(message)

	def count_chosen(self, choice: Choice) -> int:
		return recipients.count(choice)

	def chosen(self, choice: Choice, batch: Batch, after: str, limit: int) -> tuple[list[Recipient], str]:
		return recipients.page(choice, batch, after, limit)

	def known_now(self, batch: Batch, rows: list[Row]) -> list[Recipient]:
		return recipients.of_rows(rows, batch)

	def chats_begun(self, conversations: list[str]) -> None:
		database.transaction(lambda: leads.fill_titles(conversations))

	def shown_rows(
		self, batch: str, kind: str, after: int, limit: int
	) -> list[tuple[Row, Message | None, int]]:
		return batch_rows.shown(batch, kind, after, limit)

	def enqueue_filling(self, batch: str, choice: Choice) -> None:
		frappe.enqueue(FILL, queue="long", batch=batch, user=self.user, choice=vars(choice))


def batches() -> Batches:
	"""Of the session's user. Raises NotPermitted for a user without one of our roles."""
	permissions.require_role()
	return Batches(FrappeBatchHost())


@contextmanager
def in_the_name_of(user: str) -> Iterator[FrappeBatchHost]:
	"""The host for this user, as whom Frappe checks permissions until the end."""
	before = frappe.session.user
	frappe.set_user(user)
	try:
		yield FrappeBatchHost()
	finally:
		frappe.set_user(before)
