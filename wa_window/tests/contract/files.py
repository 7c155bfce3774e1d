"""Files: customers' are fetched, agents' are sent."""

import time
from unittest.mock import patch

from wa_window.chat import file_names, media_types
from wa_window.chat.errors import InvalidMessage, WindowClosed
from wa_window.chat.fetch_files import MAX_ATTEMPTS, fetch_again, fetch_files
from wa_window.chat.message import Media
from wa_window.chat.ports.files import FetchedFile, FetchFailed, FetchRedirected, FetchRejected, StoredFile
from wa_window.chat.sendable_media import LARGEST_SENT

from .situation import HOUR_MS, NO_DEADLINE_MS, Situation, rejected

URL = "https://api.twilio.com/2010-04-01/Accounts/AC/Messages/MM/Media/ME"


class Fetcher:
	"""Returns scripted answers in turn."""

	def __init__(self, *answers):
		self.answers, self.asked = list(answers), []

	def fetch(self, url: str, largest: int) -> FetchedFile:
		self.asked.append(url)
		answer = self.answers.pop(0)
		if isinstance(answer, BaseException):
			raise answer
		return answer


class Killed(BaseException):
	"""Ends a worker at once, as the kernel does when memory runs out."""


class Folder:
	"""A file storage that records file names. `fails` is raised at each write."""

	def __init__(self, fails: BaseException | None = None):
		self.fails, self.names, self.assigned, self.discarded, self.logged = fails, [], [], [], []

	def write(self, file_name: str, fetched: FetchedFile) -> StoredFile:
		if self.fails:
			raise self.fails
		self.names.append(file_name)
		return StoredFile(f"/private/files/{len(self.names)}", fetched.type, len(fetched.content))

	def assign(self, message, file_name: str, written: StoredFile) -> None:
		self.assigned.append((message.name, written.file))

	def discard(self, written: StoredFile) -> None:
		self.discarded.append(written.file)

	def log_failure(self, message) -> None:
		self.logged.append(message.name)


PHOTO = FetchedFile("image/jpeg", b"\xff\xd8 a photo")


class FilesContract(Situation):
	def setUp(self):
		super().setUp()
		# Ignore pending files of other tests.
		for _message, media in self.store.media_due(10**15, 1000):
			self.store.transaction(lambda row=media.row: self.store.change_media(row, state="failed"))

	def photographed(self, *, name: str = "", media_type="image/jpeg", count=1):
		media = tuple(Media(url=f"{URL}{number}", type=media_type, name=name) for number in range(count))
		return self.written("", media=media, kind=media_types.media_kind(media_type))

	def fetch(self, *answers, folder=None, until_ms=NO_DEADLINE_MS) -> Folder:
		self.fetcher, folder = Fetcher(*answers), folder or Folder()
		fetch_files(self.chat, self.fetcher, folder, largest=LARGEST_SENT, until_ms=until_ms)
		return folder

	def file_of(self, message) -> Media:
		return self.stored(message).media[0]

	def test_from_the_deadline_on_no_further_file_is_begun_and_none_is_blamed(self):
		message, case = self.photographed(count=2), self

		class Slow(Folder):
			def write(self, file_name: str, fetched: FetchedFile) -> StoredFile:
				case.clock.forward(120_000)
				return super().write(file_name, fetched)

		self.fetch(PHOTO, PHOTO, folder=Slow(), until_ms=self.clock.at_ms + 120_000)
		first, second = self.stored(message).media
		self.assertEqual((first.state, second.state, second.attempts), ("stored", "pending", 0))

	def test_a_customers_files_are_fetched_once_and_shown(self):
		message = self.photographed(count=2)
		folder = self.fetch(PHOTO, PHOTO)
		self.assertEqual([media.state for media in self.stored(message).media], ["stored", "stored"])
		first = self.file_of(message)
		self.assertEqual((first.size, first.type), (len(PHOTO.content), "image/jpeg"))
		self.assertEqual(
			first.name,
			f"whatsapp-{time.strftime('%Y%m%d-%H%M%S', time.gmtime(self.clock.at_ms // 1000))}.jpg",
		)
		self.assertIn((message.name, first.file), folder.assigned)
		self.fetch()
		self.assertEqual(self.fetcher.asked, [])

	def test_two_workers_that_found_the_same_file_fetch_it_once(self):
		self.photographed()
		due = self.store.media_due(self.clock.at_ms, 10)
		self.fetch(FetchFailed())
		with patch.object(self.store, "media_due", return_value=due):
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
		fetch_again(self.chat, self.stored(message))
		self.fetch(PHOTO)
		self.assertEqual(self.file_of(message).state, "stored")

	def test_a_file_that_is_not_taken_says_so_and_is_not_asked_for_again(self):
		too_big, nobodys = (self.photographed() for _ in range(2))
		self.fetch(FetchRejected(), FetchRejected())
		self.assertEqual([self.file_of(m).state for m in (too_big, nobodys)], ["refused"] * 2)
		unwanted = self.photographed()
		self.fetch(PHOTO, folder=Folder(FetchRejected()))
		self.assertEqual(self.file_of(unwanted).state, "refused")
		self.clock.forward(24 * HOUR_MS)
		self.fetch()
		self.assertEqual(self.fetcher.asked, [])
		fetch_again(self.chat, self.stored(unwanted))
		self.fetch(PHOTO)
		self.assertEqual(self.file_of(unwanted).state, "stored")

	def test_a_file_of_another_type_is_kept_as_a_download_under_a_harmless_name(self):
		for media_type, name, ending in (
			("image/heic", "IMG_0042.HEIC", "IMG_0042.heic"),
			("image/heic", "", ".heic"),
			("video/quicktime", "", ".mov"),
			("application/octet-stream", "denah.dwg", "denah.dwg"),
			("application/x-autocad", "denah.dwg", "denah.dwg"),
			("application/vnd.rar", "foto rumah.rar", "foto rumah.rar"),
			("application/vnd.oasis.opendocument.text", "surat.odt", "surat.odt"),
			("", "sesuatu", "sesuatu.bin"),
			("text/html", "page.html", "page.html.bin"),
			("image/svg+xml", "logo.svg", "logo.svg.bin"),
			("application/octet-stream", "setup.exe", "setup.exe.bin"),
			("application/octet-stream", "brosur.pdf.js", "brosur.pdf.js.bin"),
			("application/xhtml+xml", "x.pdf\u202e.xhtml", ".xhtml.bin"),
		):
			message = self.photographed(name=name, media_type=media_type)
			self.fetch(FetchedFile(media_type, b"whatever it holds"))
			kept = self.file_of(message)
			self.assertEqual((kept.state, kept.type), ("stored", "application/octet-stream"), name)
			self.assertTrue(kept.name.endswith(ending), kept.name)

	def test_another_word_for_a_known_type_is_that_type(self):
		for word, known in (
			("image/jpg", "image/jpeg"),
			("audio/x-m4a", "audio/mp4"),
			("audio/mp3", "audio/mpeg"),
		):
			message = self.photographed(media_type=word)
			self.fetch(FetchedFile(word, b"content"))
			self.assertEqual(self.file_of(message).type, known)

	def test_a_file_that_twilio_keeps_elsewhere_says_so_and_can_be_tried_again(self):
		message = self.photographed()
		self.fetch(FetchRedirected())
		self.assertEqual(self.file_of(message).state, "elsewhere")
		self.clock.forward(24 * HOUR_MS)
		self.fetch()
		self.assertEqual(self.fetcher.asked, [])
		fetch_again(self.chat, self.stored(message))
		self.fetch(PHOTO)
		self.assertEqual(self.file_of(message).state, "stored")

	def test_a_file_that_cannot_be_kept_keeps_none_of_the_others_and_is_logged(self):
		class Stumbling(Folder):
			def write(self, file_name: str, fetched: FetchedFile) -> StoredFile:
				if fetched.content == b"broken":
					raise OSError("no space left on the disk")
				return super().write(file_name, fetched)

		broken, good = self.photographed(), self.photographed()
		folder = self.fetch(FetchedFile("image/jpeg", b"broken"), PHOTO, folder=Stumbling())
		states = {self.file_of(message).state: message.name for message in (broken, good)}
		self.assertEqual(set(states), {"pending", "stored"})
		self.assertEqual(folder.logged, [states["pending"]])

	def test_a_file_that_kills_the_worker_does_not_come_first_again_and_is_given_up_at_last(self):
		deadly = self.photographed()
		for attempt in range(1, MAX_ATTEMPTS + 1):
			with self.assertRaises(Killed):
				self.fetch(PHOTO, folder=Folder(Killed()))
			self.assertEqual(
				(self.file_of(deadly).state, self.file_of(deadly).attempts), ("pending", attempt)
			)
			behind = self.photographed()
			self.fetch(PHOTO)
			self.assertEqual(self.file_of(behind).state, "stored")
			self.clock.forward(24 * HOUR_MS)
		self.fetch()
		self.assertEqual((self.file_of(deadly).state, self.fetcher.asked), ("failed", []))

	def test_a_file_at_which_the_worker_died_is_fetched_later(self):
		message = self.photographed()
		for died in (Killed(), SystemExit()):
			with self.assertRaises(type(died)):
				self.fetch(died)
			self.fetch()
			self.assertEqual(self.fetcher.asked, [])
			self.clock.forward(24 * HOUR_MS)
		self.fetch(PHOTO)
		self.assertEqual(self.file_of(message).state, "stored")

	def test_files_are_written_while_nobody_waits_for_the_conversation(self):
		store, message = self.store, self.photographed()
		inside = []

		class Watching(Folder):
			def write(self, file_name: str, fetched: FetchedFile) -> StoredFile:
				# Another worker's change, which would wait for the lock, or be lost with the transaction.
				inside.append(store.transaction(lambda: store.lock(message.conversation)))
				return super().write(file_name, fetched)

		self.fetch(PHOTO, folder=Watching())
		self.assertEqual((len(inside), self.file_of(message).state), (1, "stored"))

	def test_a_file_whose_fate_was_decided_meanwhile_is_not_kept(self):
		store, message = self.store, self.photographed()

		class Overtaken(Folder):
			def write(self, file_name: str, fetched: FetchedFile) -> StoredFile:
				row = store.message(message.name).media[0].row
				store.transaction(lambda: store.change_media(row, state="refused"))
				return super().write(file_name, fetched)

		folder = self.fetch(PHOTO, folder=Overtaken())
		self.assertEqual((folder.assigned, folder.discarded), ([], ["/private/files/1"]))
		self.assertEqual(self.file_of(message).state, "refused")

	def test_a_file_keeps_its_name_with_the_ending_of_its_type_and_nothing_a_page_would_read(self):
		self.photographed(name='../../"><img src=x>.html', media_type="application/pdf")
		self.photographed(name="Brosur rumah.pdf", media_type="application/pdf")
		self.photographed(name="x" * 300 + ".pdf", media_type="application/pdf")
		kept = self.fetch(*[FetchedFile("application/pdf", b"%PDF")] * 3)
		self.assertEqual(len(kept.names), 3)
		self.assertIn("Brosur rumah.pdf", kept.names)
		for name in kept.names:
			self.assertTrue(name.endswith(".pdf") and len(name) < 110)
			self.assertFalse(set('<>"/\\') & set(name))

	def test_a_file_whose_name_has_nothing_to_show_is_called_after_whatsapp_and_its_type(self):
		for name in ("<>", " . ", "\u200d"):
			self.assertEqual(file_names.named(name, "application/pdf"), "whatsapp.pdf")
		self.assertEqual(file_names.named("denah. ", "image/png"), "denah.png")
		self.assertEqual(
			(media_types.type_of("a.PDF"), media_types.type_of("a.exe"), media_types.type_of("")),
			("application/pdf", "", ""),
		)

	def test_a_name_is_cut_by_the_bytes_that_a_disk_counts_and_never_inside_a_letter(self):
		family = "👨‍👩‍👧‍👦"
		for name in ("ก" * 114, "合" * 95, family * 30, "a" + "ก" * 114, "é" * 200, "\ud800" + "ก" * 114):
			media = Media(type="application/pdf", name=f"{name}.pdf")
			cut = file_names.file_name(self.stored(self.photographed()), media)
			self.assertLessEqual(len(cut.encode()), 180)
			self.assertGreater(len(cut.encode()), 100)
			self.assertTrue(cut.endswith(".pdf") and name.replace("\ud800", "").startswith(cut[:-4]), cut)
			self.assertNotIn("\u200d.", cut)
			if name[0] == "é":
				self.assertEqual(len(cut.encode()), 180)

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

	def test_a_caption_goes_beside_what_whatsapp_shows_it_with(self):
		self.written()
		for media_type in ("image/png", "video/mp4", "application/pdf", "application/msword"):
			self.assertEqual(self.send_file("Ini", media_type=media_type).body, "Ini")
		for media_type in ("audio/mpeg", "image/webp", "text/plain", "text/vcard", "video/3gpp"):
			with self.assertRaisesRegex(InvalidMessage, "no caption"):
				self.send_file("Ini", media_type=media_type)
			self.assertEqual(self.send_file(media_type=media_type).body, "")

	def test_what_whatsapp_would_refuse_is_refused_before(self):
		self.written()
		for words, wrong in {
			"this type of file": {"media_type": "text/html"},
			"WhatsApp accepts 5 MB": {"size": 5_000_001},
			"WhatsApp accepts 16 MB": {"media_type": "video/mp4", "size": 16_000_001},
			"no caption": {"media_type": "audio/ogg", "body": "Dengar ini"},
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
		self.dispatch(rejected("63019"))
		copy = self.again(message)
		self.assertEqual((copy.kind, copy.media[0].file), ("image", message.media[0].file))
		self.assertNotEqual(copy.media[0].row, message.media[0].row)
