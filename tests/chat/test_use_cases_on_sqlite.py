import tempfile
import unittest
from pathlib import Path

from playground.host.store import SqliteStore
from wa_window.chat.template import ContentTemplate, Variable
from wa_window.tests import contract


class OnSqlite(unittest.TestCase):
	REJECTED = "HX" + "0" * 31 + "2"
	INSIDE_ONLY = "HX" + "0" * 31 + "3"

	def setUp(self):
		folder = tempfile.TemporaryDirectory()
		self.addCleanup(folder.cleanup)
		self.store = SqliteStore(Path(folder.name) / "chat.db")
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


class TestReceivingOnSqlite(contract.ReceivingContract, OnSqlite):
	pass


class TestSendingOnSqlite(contract.SendingContract, OnSqlite):
	pass


class TestTrackingOnSqlite(contract.TrackingContract, OnSqlite):
	pass


class TestCatchingUpOnSqlite(contract.CatchingUpContract, OnSqlite):
	pass


class TestFilesOnSqlite(contract.FilesContract, OnSqlite):
	pass


class TestConcurrencyOnSqlite(contract.ConcurrencyContract, OnSqlite):
	pass
