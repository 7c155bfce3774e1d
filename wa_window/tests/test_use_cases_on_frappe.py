from unittest.mock import patch

import frappe

from wa_window.frappe_host.records import erase
from wa_window.frappe_host.store import chat_lists, chat_search, inbox
from wa_window.frappe_host.store.chat_lists import Readable
from wa_window.frappe_host.store.inbox import FrappeInboxStore
from wa_window.frappe_host.store.read_states import FIRST_OPENING, FrappeReadStates
from wa_window.tests import contract
from wa_window.tests.site_case import OURS, SiteCase, of_this_run, with_own_connection


class OnFrappe(SiteCase):
	REJECTED = "HX" + "0" * 31 + "2"
	INSIDE_ONLY = "HX" + "0" * 31 + "3"

	def setUp(self):
		super().setUp()
		self.read_states = FrappeReadStates()
		self.template(contract.TEMPLATE)
		self.template(self.REJECTED, approval_status="rejected", body="Promo", variables=[])
		self.template(self.INSIDE_ONLY, usable_outside_window=0, body="Pilih", variables=[])

	def tearDown(self):
		super().tearDown()
		for doctype in OURS:
			frappe.db.delete(doctype, of_this_run())
		frappe.db.commit()

	def in_thread(self, work):
		return with_own_connection(work)


class TestLinkingOnFrappe(contract.LinkingContract, OnFrappe):
	pass


class TestReceivingOnFrappe(contract.ReceivingContract, OnFrappe):
	pass


class TestSendingOnFrappe(contract.SendingContract, OnFrappe):
	pass


class TestAnsweringTogetherOnFrappe(contract.AnsweringTogetherContract, OnFrappe):
	def messages(self, *args, **kwargs):
		frappe.db.rollback()
		return super().messages(*args, **kwargs)


class TestBatchesOnFrappe(contract.BatchContract, OnFrappe):
	pass


class TestConcurrentSendingOnFrappe(contract.ConcurrentSendingContract, OnFrappe):
	pass


class TestTrackingOnFrappe(contract.TrackingContract, OnFrappe):
	pass


class TestCatchingUpOnFrappe(contract.CatchingUpContract, OnFrappe):
	pass


class TestSearchingOnFrappe(contract.SearchingContract, OnFrappe):
	STORE = "wa_window.frappe_host.store.messages"


class TestFilesOnFrappe(contract.FilesContract, OnFrappe):
	pass


class Deleting:
	def delete_message(self, message):
		frappe.delete_doc("Chat Message", message.name)
		frappe.db.commit()


class TestSentOutsideOnFrappe(Deleting, contract.SentOutsideContract, OnFrappe):
	pass


class TestWaitingOnFrappe(Deleting, contract.WaitingContract, OnFrappe):
	pass


class TestConsentOnFrappe(contract.ConsentContract, OnFrappe):
	pass


class TestImportingOnFrappe(Deleting, contract.ImportingContract, OnFrappe):
	pass


class TestListingOnFrappe(contract.ListingContract, OnFrappe):
	def setUp(self):
		super().setUp()
		self.inbox_store = FrappeInboxStore(lambda: Readable({"Chat Lead": ""}, without_record=True))
		for user in contract.LISTING_USERS:
			self.addCleanup(frappe.defaults.clear_default, key=FIRST_OPENING, parent=user)

	def answered_in_parts(self):
		few = {"CHATS_SEARCHED_FIRST": 2, "CHATS_SEARCHED": 3, "MESSAGES_READ": 2, "CHATS_AT_ONCE": 1}
		return patch.multiple(chat_search, **few)

	def assign(self, conversation, user):
		lead = self.lead()
		self.store.change_conversation(conversation, lead_doctype=lead.doctype, lead=lead.name)
		todo = {"doctype": "ToDo", "reference_type": lead.doctype, "reference_name": lead.name}
		doc = frappe.get_doc(todo | {"allocated_to": user, "description": "x"})
		doc.insert(ignore_permissions=True, ignore_links=True)
		frappe.db.commit()


class InOrder(FrappeInboxStore):
	"""Also where the chats are named, as they are in these tests."""

	def _parts(self, query):
		for wanted, index in chat_lists.alternatives(query, frappe.qb.DocType("Chat Conversation")):
			yield from ((source, wanted, index) for source in self.sources)


class TestListingOfManyOnFrappe(TestListingOnFrappe):
	"""As if all DocTypes had many records: queues are read in their order."""

	def setUp(self):
		super().setUp()
		self.inbox_store = InOrder(self.inbox_store._readable)
		self.patched(FEW=0)

	def patched(self, **sizes):
		how = patch.multiple(inbox, COUNTED=f"{inbox.COUNTED}{frappe.generate_hash(length=8)}", **sizes)
		how.start()
		self.addCleanup(how.stop)


class TestListingOfSomeOnFrappe(TestListingOfManyOnFrappe):
	"""As if they had neither few nor many: the beginning of a queue is read first, and it is rarely enough."""

	def setUp(self):
		super().setUp()
		self.patched(VERY_FEW=-1, FEW=10**6, EXAMINED=(1, 2))


class TestReadingOnFrappe(contract.ReadingContract, OnFrappe):
	def setUp(self):
		super().setUp()
		frappe.db.commit()


class TestErasingOnFrappe(Deleting, contract.ErasingContract, OnFrappe):
	def erase(self, conversation):
		erase.erase_customer(conversation)


class TestConcurrencyOnFrappe(contract.ConcurrencyContract, OnFrappe):
	def messages(self, *args, **kwargs):
		frappe.db.rollback()
		return super().messages(*args, **kwargs)
