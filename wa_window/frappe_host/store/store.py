"""The Store port on Frappe's database.

Messages and conversations are written without the document layer: other apps' document events run afterwards, in
post-processing (jobs/post_processing.py).
"""

from collections.abc import Callable
from typing import TypeVar

from ...chat.template import ContentTemplate
from . import database
from .batches import BatchStore
from .conversations import ConversationStore
from .erased import ErasedStore
from .media_rows import MediaStore
from .messages import MessageStore
from .templates import content_template, content_templates
from .work_queues import WorkQueues

T = TypeVar("T")


class FrappeStore(ConversationStore, MessageStore, MediaStore, WorkQueues, ErasedStore, BatchStore):
	def transaction(self, work: Callable[[], T]) -> T:
		return database.transaction(work)

	def template(self, content_sid: str) -> ContentTemplate | None:
		return content_template(content_sid)

	def templates(self) -> list[ContentTemplate]:
		return content_templates()
