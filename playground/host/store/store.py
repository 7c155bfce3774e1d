"""The Store port on SQLite."""

from .batches import BatchStore
from .conversations import ConversationStore
from .leads import LeadStore
from .quick_replies import QuickReplyStore
from .templates import TemplateStore
from .work_queues import WorkQueues


class SqliteStore(ConversationStore, WorkQueues, BatchStore, TemplateStore, QuickReplyStore, LeadStore):
	"""All tables in one store; messages and their files come with the work queues."""
