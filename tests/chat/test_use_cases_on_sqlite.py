import tempfile
import unittest
from dataclasses import fields
from pathlib import Path

from playground.host.store.inbox import SqliteInboxStore
from playground.host.store.read_states import SqliteReadStates
from playground.host.store.store import SqliteStore
from wa_window.chat import opt_out
from wa_window.chat.message import Conversation, Message
from wa_window.chat.recompute import recompute
from wa_window.chat.template import ContentTemplate, Variable
from wa_window.tests import contract


class Store(SqliteStore):
	"""Where a column's name has no case, a field's still has: what is changed is a field of the value, by its exact name."""

	def change_conversation(self, name: str, **changes) -> None:
		self._require_fields(changes, Conversation)
		super().change_conversation(name, **changes)

	def change_message(self, name: str, **changes) -> None:
		self._require_fields(changes, Message)
		super().change_message(name, **changes)

	@staticmethod
	def _require_fields(changes: dict, value: type) -> None:
		unknown = changes.keys() - {field.name for field in fields(value)}
		assert not unknown, unknown


class OnSqlite(unittest.TestCase):
	REJECTED = "HX" + "0" * 31 + "2"
	INSIDE_ONLY = "HX" + "0" * 31 + "3"

	def setUp(self):
		folder = tempfile.TemporaryDirectory()
		self.addCleanup(folder.cleanup)
		self.store = Store(Path(folder.name) / "chat.db")
		self.read_states = SqliteReadStates(self.store)
		self.store.replace_templates(
			[
				ContentTemplate(
					contract.TEMPLATE,
					body="Halo {{1}}, apakah masih berminat dengan {{2}}?",
					variables=(Variable("1"), Variable("2")),
					approval_status="approved",
				),
				ContentTemplate(self.REJECTED, body="Promo", approval_status="rejected"),
				ContentTemplate(
					self.INSIDE_ONLY, body="Pilih", approval_status="approved", usable_outside_window=False
				),
			]
		)

	def in_thread(self, work):
		return work


class TestLinkingOnSqlite(contract.LinkingContract, OnSqlite):
	pass


class TestReceivingOnSqlite(contract.ReceivingContract, OnSqlite):
	pass


class TestSendingOnSqlite(contract.SendingContract, OnSqlite):
	pass


class TestAnsweringTogetherOnSqlite(contract.AnsweringTogetherContract, OnSqlite):
	pass


class TestBatchesOnSqlite(contract.BatchContract, OnSqlite):
	pass


class TestConcurrentSendingOnSqlite(contract.ConcurrentSendingContract, OnSqlite):
	pass


class TestTrackingOnSqlite(contract.TrackingContract, OnSqlite):
	pass


class TestCatchingUpOnSqlite(contract.CatchingUpContract, OnSqlite):
	pass


class TestSearchingOnSqlite(contract.SearchingContract, OnSqlite):
	STORE = "playground.host.store.messages"


class TestFilesOnSqlite(contract.FilesContract, OnSqlite):
	pass


class Deleting:
	"""The playground has no erasing: the test does what a host would do."""

	def delete_message(self, message):
		def write():
			self._delete(message)
			recompute(message.conversation, self.store)

		self.store.transaction(write)

	def _delete(self, message):
		self.store._run("INSERT INTO erased VALUES (?)", (message.message_sid or message.name,))
		self.store._run("DELETE FROM message WHERE name = ?", (message.name,))


class TestSentOutsideOnSqlite(Deleting, contract.SentOutsideContract, OnSqlite):
	pass


class TestWaitingOnSqlite(Deleting, contract.WaitingContract, OnSqlite):
	pass


class TestConsentOnSqlite(contract.ConsentContract, OnSqlite):
	pass


class TestImportingOnSqlite(Deleting, contract.ImportingContract, OnSqlite):
	pass


class TestListingOnSqlite(contract.ListingContract, OnSqlite):
	def setUp(self):
		super().setUp()
		self.assigned = {}
		self.inbox_store = SqliteInboxStore(self.store, self.assigned)

	def assign(self, conversation, user):
		self.assigned[conversation] = user


class TestReadingOnSqlite(contract.ReadingContract, OnSqlite):
	test_reading_waits_for_nobody_who_holds_the_chat = None  # on SQLite one transaction holds all


class TestErasingOnSqlite(Deleting, contract.ErasingContract, OnSqlite):
	def erase(self, conversation):
		def write():
			opt_out.preserve(self.store.lock(conversation), self.store)
			for message in self.store.messages(conversation, limit=100):
				self._delete(message)
			self.store._run("DELETE FROM conversation WHERE name = ?", (conversation,))

		self.store.transaction(write)


class TestConcurrencyOnSqlite(contract.ConcurrencyContract, OnSqlite):
	pass
