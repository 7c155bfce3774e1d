"""The Store port on SQLite."""

from .conversations import ConversationStore
from .erased import ErasedStore
from .leads import LeadStore
from .quick_replies import QuickReplyStore
from .templates import TemplateStore
from .work_queues import WorkQueues


class SqliteStore(ConversationStore, WorkQueues, ErasedStore, TemplateStore, QuickReplyStore, LeadStore):
	"""All tables in one store; messages and their files come with the work queues."""
