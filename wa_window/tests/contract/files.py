"""Files: customers' are fetched, agents' are sent."""

from wa_window.chat import media as files
from wa_window.chat.errors import InvalidMessage, WindowClosed
from wa_window.chat.media import LARGEST_SENT, MAX_ATTEMPTS, fetch_files
from wa_window.chat.message import Media
from wa_window.chat.ports import Fetched, FetchFailed, FetchRefused, Rejected

from .situation import HOUR_MS, Situation

URL = "https://api.twilio.com/2010-04-01/Accounts/AC/Messages/MM/Media/ME"


class Fetcher:
	"""Answers in turn as scripted."""

	def __init__(self, *answers):
		self.answers, self.asked = list(answers), []

	def fetch(self, url: str, largest: int) -> Fetched:
		self.asked.append(url)
		answer = self.answers.pop(0)
		if isinstance(answer, Exception):
			raise answer
		return answer


class Kept:
	def __init__(self, refuses: bool = False):
		self.refuses, self.names = refuses, []

	def keep(self, message, file_name: str, fetched: Fetched) -> str:
		if self.refuses:
			raise FetchRefused
		self.names.append(file_name)
		return f"/private/files/{file_name}"


PHOTO = Fetched("image/jpeg", b"\xff\xd8 a photo")


class FilesContract(Situation):
	def setUp(self):
		super().setUp()
		# What other tests left to be fetched is not this one's.
		for _message, media in self.store.media_due(10**15, 1000):
			self.store.transaction(lambda row=media.row: self.store.change_media(row, state="failed"))

	def photographed(self, *, name: str = "", media_type="image/jpeg", count=1):
		media = tuple(Media(url=f"{URL}{number}", type=media_type, name=name) for number in range(count))
		return self.written("", media=media, kind=files.media_kind(media_type))

	def fetch(self, *answers, kept=None) -> Kept:
		self.fetcher, kept = Fetcher(*answers), kept or Kept()
		fetch_files(
			store=self.store,
			fetcher=self.fetcher,
			files=kept,
			announcer=self.announcer,
			clock=self.clock,
			largest=LARGEST_SENT,
		)
		return kept

	def file_of(self, message) -> Media:
		return self.stored(message).media[0]

	def test_a_customers_files_are_fetched_once_and_shown(self):
		message = self.photographed(count=2)
		self.fetch(PHOTO, PHOTO)
		self.assertEqual([media.state for media in self.stored(message).media], ["stored", "stored"])
		first = self.file_of(message)
		self.assertEqual((first.size, first.type), (len(PHOTO.content), "image/jpeg"))
		self.assertTrue(first.file.startswith("/private/files/whatsapp-20"))
		self.fetch()
		self.assertEqual(self.fetcher.asked, [])

	def test_a_file_that_cannot_be_fetched_is_tried_again_and_then_said_so(self):
		message = self.photographed()
		for _attempt in range(MAX_ATTEMPTS):
			self.assertEqual(self.file_of(message).state, "pending")
			self.fetch(FetchFailed())
			self.fetch()
			self.clock.forward(24 * HOUR_MS)
		self.assertEqual(self.file_of(message).state, "failed")
		files.fetch_again(self.stored(message), store=self.store, announcer=self.announcer)
		self.fetch(PHOTO)
		self.assertEqual(self.file_of(message).state, "stored")

	def test_a_file_that_is_not_taken_says_so_and_is_not_asked_for_again(self):
		too_big, page, elsewhere = (self.photographed() for _ in range(3))
		self.fetch(FetchRefused(), Fetched("text/html", b"<script>"), FetchRefused())
		self.assertEqual([self.file_of(m).state for m in (too_big, page, elsewhere)], ["refused"] * 3)
		unwanted = self.photographed()
		self.fetch(PHOTO, kept=Kept(refuses=True))
		self.assertEqual(self.file_of(unwanted).state, "refused")
		self.clock.forward(24 * HOUR_MS)
		self.fetch()
		self.assertEqual(self.fetcher.asked, [])

	def test_a_file_that_cannot_be_kept_keeps_none_of_the_others(self):
		class Stumbling(Kept):
			def keep(self, message, file_name: str, fetched: Fetched) -> str:
				if fetched.content == b"broken":
					raise OSError("not an image")
				return super().keep(message, file_name, fetched)

		broken, good = self.photographed(), self.photographed()
		self.fetch(Fetched("image/jpeg", b"broken"), PHOTO, kept=Stumbling())
		states = {self.file_of(message).state for message in (broken, good)}
		self.assertEqual(states, {"pending", "stored"})

	def test_a_file_keeps_its_name_with_the_ending_of_its_type_and_nothing_a_page_would_read(self):
		self.photographed(name='../../"><img src=x>.html', media_type="application/pdf")
		self.photographed(name="Brosur rumah.pdf", media_type="application/pdf")
		self.photographed(name="x" * 300 + ".pdf", media_type="application/pdf")
		kept = self.fetch(*[Fetched("application/pdf", b"%PDF")] * 3)
		self.assertEqual(len(kept.names), 3)
		self.assertIn("Brosur rumah.pdf", kept.names)
		for name in kept.names:
			self.assertTrue(name.endswith(".pdf") and len(name) < 110)
			self.assertFalse(set('<>"/\\') & set(name))

	# Sent

	def send_file(self, body="", *, media_type="image/jpeg", size=1000, name="rumah.jpg"):
		media = Media(type=media_type, size=size, file="/private/files/rumah.jpg", state="stored", name=name)
		return self.reply(body, media=media)

	def test_a_photo_goes_out_with_its_caption(self):
		self.written()
		message = self.send_file("Denahnya")
		self.assertEqual((message.kind, message.media[0].state), ("image", "stored"))
		(outgoing,) = self.dispatch().sent
		self.assertEqual((outgoing.media, outgoing.body), (self.file_of(message).row, "Denahnya"))

	def test_what_whatsapp_would_refuse_is_refused_before(self):
		self.written()
		for words, wrong in {
			"of this type": {"media_type": "text/html"},
			"bigger than the 5 MB": {"size": 5_000_001},
			"bigger than the 16 MB": {"media_type": "video/mp4", "size": 16_000_001},
			"no text beside": {"media_type": "application/pdf", "body": "Brosur"},
		}.items():
			with self.assertRaisesRegex(InvalidMessage, words):
				self.send_file(**wrong)
		self.assertEqual(len(self.messages()), 1)

	def test_a_file_is_freeform_too(self):
		self.written(hours_ago=25)
		self.assertRaises(WindowClosed, self.send_file)

	def test_a_file_that_failed_is_sent_again_with_its_file(self):
		self.written()
		message = self.send_file()
		self.dispatch(Rejected("63019"))
		copy = self.again(message)
		self.assertEqual((copy.kind, copy.media[0].file), ("image", message.media[0].file))
		self.assertNotEqual(copy.media[0].row, message.media[0].row)
