"""The contract of the Store port: the same tests of the use cases on Frappe's database and on the playground's SQLite.

A host sets `self.store` and calls `super().setUp()`. Each test has a customer of its own, since a site is not empty.
"""

from .answering_together import AnsweringTogetherContract
from .batches import BatchContract
from .catching_up import CatchingUpContract
from .concurrency import ConcurrencyContract
from .concurrent_sending import ConcurrentSendingContract
from .consenting import ConsentContract
from .erasing import ErasingContract
from .files import FilesContract
from .importing import ImportingContract
from .linking import LinkingContract
from .listing import USERS as LISTING_USERS
from .listing import ListingContract
from .reading import ReadingContract
from .receiving import ReceivingContract
from .searching import SearchingContract
from .sending import SendingContract
from .sent_outside import SentOutsideContract
from .situation import BUSINESS, TEMPLATE, EventPublisher, chat_on, new_phone, new_sid
from .tracking import TrackingContract
from .waiting import WaitingContract

__all__ = [
	"BUSINESS",
	"LISTING_USERS",
	"TEMPLATE",
	"AnsweringTogetherContract",
	"BatchContract",
	"CatchingUpContract",
	"ConcurrencyContract",
	"ConcurrentSendingContract",
	"ConsentContract",
	"ErasingContract",
	"EventPublisher",
	"FilesContract",
	"ImportingContract",
	"LinkingContract",
	"ListingContract",
	"ReadingContract",
	"ReceivingContract",
	"SearchingContract",
	"SendingContract",
	"SentOutsideContract",
	"TrackingContract",
	"WaitingContract",
	"chat_on",
	"new_phone",
	"new_sid",
]
