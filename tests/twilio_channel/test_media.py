"""Fetching customers' files: from the simulated Twilio over real HTTP, and from hosts that only claim to be Twilio's."""

import io
import threading
import time
from contextlib import contextmanager
from itertools import count

import pytest
import requests
import urllib3
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from playground.twilio_sim import Clock, SimulatedTwilio, Upload, serve
from playground.twilio_sim.server import QuietHandler
from wa_window.chat.ports.files import FetchFailed, FetchRedirected, FetchRejected
from wa_window.twilio_channel.http import TIMEOUT_S
from wa_window.twilio_channel.media import TwilioMedia, content_disposition

from . import forms

SID = "AC" + "5" * 32
TOKEN = "0123456789abcdef" * 2
URL = f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Messages/MM{'1' * 32}/Media/ME{'2' * 32}"
PHOTO = b"\xff\xd8\xff not really a photo"


@pytest.fixture
def sim():
	return SimulatedTwilio(Clock(lambda: 1_795_400_000_000))


@pytest.fixture
def running(sim):
	with serve(sim) as running:
		yield running


def media_url(sim) -> str:
	upload = Upload("rumah.jpg", "image/jpeg", PHOTO)
	message = sim.customer_sends("budi", forms.SALES, kind="image", media=upload)
	return f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Messages/{message.sid}/Media/{message.media[0].sid}"


def test_a_customers_file_is_fetched_with_credentials(sim, running):
	fetched = TwilioMedia(SID, TOKEN, running.url).fetch(media_url(sim), 1000)
	assert (fetched.type, fetched.content) == ("image/jpeg", PHOTO)


def test_wrong_credentials_and_a_busy_twilio_can_be_tried_again(sim, running):
	url = media_url(sim)
	with pytest.raises(FetchFailed):
		TwilioMedia(SID, "wrong", running.url).fetch(url, 1000)
	sim.faults.change({"server_errors": 1})
	with pytest.raises(FetchFailed):
		TwilioMedia(SID, TOKEN, running.url).fetch(url, 1000)


def test_a_file_that_is_too_big_is_refused(sim, running):
	with pytest.raises(FetchRejected):
		TwilioMedia(SID, TOKEN, running.url).fetch(media_url(sim), len(PHOTO) - 1)


@pytest.mark.parametrize(
	"url",
	[
		"http://api.twilio.com{path}",
		"https://api.twilio.com.evil.example{path}",
		"https://api.twilio.com@evil.example{path}",
		"https://user:secret@api.twilio.com{path}",
		"https://api.twilio.com:8443{path}",
		"https://api.twilio.com:443{path}",
		"https://api.twilio.com\n{path}",
		"https://api.twilio.com{path}\n",
		"\nhttps://api.twilio.com{path}",
		"https://api.twilio.com\t{path}",
		"https://API.twilio.com{path}",
		"https://api.twilio.com//2010-04-01{path}",
		"https://api.twilio.com{path}.json",
		"https://api.twilio.com{path}/../../../Messages.csv",
		"https://api.twilio.com{path}?x=/../../..",
		"https://api.twilio.com{path}#/../../..",
		"https://api.twilio.com{path}%2f..%2f..",
		"https://api.twilio.com/2010-04-01/Accounts/{sid}/Messages/../Messages.csv",
		"https://api.twilio.com/2010-04-01/Accounts/{sid}/Messages/MM1/Media/ME1",
		"https://api.twilio.com/2010-04-01/Accounts/{other}/Messages/MM{hex}/Media/ME{hex}",
		"https://api.twilio.com/2010-04-01/Accounts/{sid}/Keys.json",
		"https://mms.twiliocdn.com/{sid}/{hex}",
		"http://169.254.169.254/latest/meta-data/",
		"file:///etc/passwd",
		"",
	],
)
@pytest.mark.parametrize("api_base", ["", "http://127.0.0.1:1"])
def test_only_media_of_our_account_at_twilio_are_asked_for(url, api_base, monkeypatch):
	monkeypatch.setattr("wa_window.twilio_channel.media.requests.get", pytest.fail)
	path = URL.removeprefix("https://api.twilio.com")
	asked = url.format(path=path, sid=SID, hex="1" * 32, other="AC" + "0" * 32)
	with pytest.raises(FetchRejected):
		TwilioMedia(SID, TOKEN, api_base).fetch(asked, 1000)


def test_a_url_at_the_simulated_twilio_is_matched_whole_too(monkeypatch):
	asked = []
	monkeypatch.setattr(
		"wa_window.twilio_channel.media.requests.get", lambda url, **how: asked.append(url) or pytest.skip
	)
	base, path = "http://127.0.0.1:8021", URL.removeprefix("https://api.twilio.com")
	for url in (
		f"{base}5{path}",
		f"{base}@evil.example{path}",
		f"{base}.evil.example{path}",
		base + path + "/..",
	):
		with pytest.raises(FetchRejected):
			TwilioMedia(SID, TOKEN, base).fetch(url, 1000)
	for url in (URL, base + path):
		with pytest.raises(FetchFailed):
			TwilioMedia(SID, TOKEN, base).fetch(url, 1000)
	assert asked == [base + path] * 2


@contextmanager
def answering(respond):
	"""A server in place of Twilio that records the requests."""
	asked = []

	@Request.application
	def app(request):
		asked.append(request)
		return respond(request)

	server = make_server("127.0.0.1", 0, app, request_handler=QuietHandler)
	thread = threading.Thread(target=server.serve_forever, daemon=True)
	thread.start()
	yield f"http://127.0.0.1:{server.server_port}", asked
	server.shutdown()


@pytest.mark.parametrize(
	("target", "is_twilios"),
	{
		f"https://mms.twiliocdn.com/{SID}/{'a' * 32}?Expires=1631090890&Signature=KI4~Mw-w_&Key-Pair-Id=A": True,
		f"https://media.twiliocdn.com/{SID}/{'a' * 32}": True,
		f"https://s3-external-1.amazonaws.com/media.twiliocdn.com/{SID}/{'a' * 32}": True,
		f"https://s3-external-1.amazonaws.com/somebody-elses/{SID}/{'a' * 32}": False,
		"https://s3-external-1.amazonaws.com/media.twiliocdn.com/../somebody-elses/x": False,
		"https://s3-external-1.amazonaws.com/media.twiliocdn.com/%2e%2e/somebody-elses/x": False,
		"https://s3-external-1.amazonaws.com/media.twiliocdn.com.evil/x": False,
		"http://mms.twiliocdn.com/x": False,
		"https://mms.twiliocdn.com:8443/x": False,
		"https://mms.twiliocdn.com@evil.example/x": False,
		"https://evil.example\\@mms.twiliocdn.com/x": False,
		"https://anybody.twilio.com/x": False,
		"https://a.mms.twiliocdn.com/x": False,
		"https://api.twilio.com/2010-04-01/Accounts.json": False,
	}.items(),
)
def test_twilio_redirects_to_hosts_that_are_known_one_by_one(target, is_twilios, monkeypatch):
	asked = []

	def get(url, auth, **how):
		asked.append((url, auth))
		response = requests.Response()
		response.status_code, response.url, response.raw = 200, url, io.BytesIO()
		if len(asked) == 1:
			response.status_code, response.headers["Location"] = 307, target
		return response

	monkeypatch.setattr("wa_window.twilio_channel.media.requests.get", get)
	with pytest.raises(FetchFailed if is_twilios else FetchRedirected):
		TwilioMedia(SID, TOKEN).fetch(URL, 1000)
	assert asked == [(URL, (SID, TOKEN)), (target, None)][: 1 + is_twilios]


@pytest.mark.parametrize(
	"target", ["http://127.0.0.1:1/secret", "https://evil.example/x", "https://nottwilio.com/x", "ftp://x/y"]
)
def test_a_redirect_elsewhere_is_not_followed(target):
	with answering(lambda request: Response(status=307, headers={"Location": target})) as (url, asked):
		with pytest.raises(FetchRedirected):
			TwilioMedia(SID, TOKEN, url).fetch(URL, 1000)
		assert len(asked) == 1


def test_a_redirect_at_twilio_is_followed_without_the_credentials_and_not_for_ever():
	def respond(request):
		if request.path == "/file":
			return Response(b"%PDF", mimetype="application/pdf")
		return Response(status=307, headers={"Location": "/file"})

	with answering(respond) as (url, asked):
		assert TwilioMedia(SID, TOKEN, url).fetch(URL, 1000).content == b"%PDF"
		assert asked[0].authorization
		assert not asked[1].authorization
	with answering(lambda request: Response(status=307, headers={"Location": "/again"})) as (url, asked):
		with pytest.raises(FetchFailed):
			TwilioMedia(SID, TOKEN, url).fetch(URL, 1000)
		assert len(asked) == 4


@pytest.mark.parametrize("chunked", [False, True])
def test_a_server_that_sends_byte_by_byte_is_left_at_the_limit(chunked):
	"""Each call of the clock is a minute later; a whole chunk of such bytes would take hours."""
	sent = []

	def drip():
		for _byte in range(1000):
			sent.append(time.monotonic())
			yield b"x"
			stopped.wait(0.02)

	stopped = threading.Event()
	headers = {} if chunked else {"Content-Length": "1000"}
	with answering(lambda request: Response(drip(), headers=headers, mimetype="image/png")) as (url, _asked):
		try:
			with pytest.raises(FetchFailed):
				TwilioMedia(SID, TOKEN, url, seconds=count(step=60).__next__).fetch(URL, 10_000)
			assert len(sent) < 100
		finally:
			stopped.set()


def test_no_answer_and_its_reason_carry_no_credentials():
	with pytest.raises(FetchFailed) as failure:
		TwilioMedia(SID, TOKEN, "http://127.0.0.1:1").fetch(URL, 1000)
	assert TOKEN not in repr(failure.value)
	assert failure.value.__cause__ is None


AD = "https://scontent.xx.fbcdn.net/v/t45.1600-4/melati.png?oh=00_AfBa&oe=6969F3C1"


def test_the_picture_of_an_ad_is_at_the_same_path_of_the_simulated_twilio(running):
	fetched = TwilioMedia(SID, TOKEN, running.url).fetch(AD, 10_000)
	assert (fetched.type, fetched.content[:4]) == ("image/png", b"\x89PNG")
	with pytest.raises(FetchRejected):
		TwilioMedia(SID, TOKEN, running.url).fetch(AD, 100)


def at_meta(monkeypatch, status: int = 200, **headers: str) -> list[tuple[str, dict]]:
	"""Meta's host answers like this; returns what it is asked for."""
	asked = []

	def get(url, **how):
		asked.append((url, how))
		response = requests.Response()
		response.status_code, response.url = status, url
		response.headers = requests.structures.CaseInsensitiveDict(headers)
		response.raw = urllib3.HTTPResponse(io.BytesIO(PHOTO), preload_content=False)
		return response

	monkeypatch.setattr("wa_window.twilio_channel.media.requests.get", get)
	return asked


@pytest.mark.parametrize(
	"url",
	[
		AD,
		"https://scontent.fcgk30-1.fna.fbcdn.net/v/t45.1600-4/1_n.jpg",
		"https://scontent-sin6-1.cdninstagram.com/v/t51/1.jpg?stp=dst-jpg",
	],
)
def test_the_picture_of_an_ad_is_asked_for_at_meta_without_credentials(url, monkeypatch):
	asked = at_meta(monkeypatch, **{"Content-Type": "image/jpeg"})
	fetched = TwilioMedia(SID, TOKEN).fetch(url, 1000)
	assert (fetched.type, fetched.content) == ("image/jpeg", PHOTO)
	assert asked == [(url, {"stream": True, "allow_redirects": False, "timeout": TIMEOUT_S})]


@pytest.mark.parametrize(
	"url",
	[
		"http://scontent.xx.fbcdn.net/1.jpg",
		"https://fbcdn.net/1.jpg",
		"https://fbcdn.net.evil.example/1.jpg",
		"https://scontent.xx.fbcdn.net.evil.example/1.jpg",
		"https://evilfbcdn.net/1.jpg",
		"https://scontent.xx.fbcdn.net:8443/1.jpg",
		"https://scontent.xx.fbcdn.net@evil.example/1.jpg",
		"https://user@scontent.xx.fbcdn.net/1.jpg",
		"https://evil.example/scontent.xx.fbcdn.net/1.jpg",
		"https://evil.example\\.fbcdn.net/1.jpg",
		"https://evil.example#.fbcdn.net/1.jpg",
		"https://scontent.xx.fbcdn.net",
		"https://scontent.xx.fbcdn.net/1.jpg\n",
		"https://scontent.xx.fbcdn.net/a b.jpg",
		"https://127.0.0.1/1.jpg",
		"https://www.facebook.com/1.jpg",
	],
)
@pytest.mark.parametrize("api_base", ["", "http://127.0.0.1:1"])
def test_no_other_host_is_asked_for_the_picture_of_an_ad(url, api_base, monkeypatch):
	asked = at_meta(monkeypatch, **{"Content-Type": "image/jpeg"})
	with pytest.raises(FetchRejected):
		TwilioMedia(SID, TOKEN, api_base).fetch(url, 1000)
	assert asked == []


@pytest.mark.parametrize(
	("status", "headers", "outcome"),
	[
		(200, {"Content-Type": "text/html"}, FetchRejected),
		(200, {"Content-Type": "image/svg+xml"}, FetchRejected),
		(200, {"Content-Type": "video/mp4"}, FetchRejected),
		(200, {}, FetchRejected),
		(302, {"Location": "http://169.254.169.254/"}, FetchFailed),
		(302, {"Location": AD}, FetchFailed),
		(403, {"Content-Type": "image/jpeg"}, FetchFailed),
	],
)
def test_only_a_picture_is_taken_from_meta_and_no_redirect_is_followed(status, headers, outcome, monkeypatch):
	asked = at_meta(monkeypatch, status, **headers)
	with pytest.raises(outcome):
		TwilioMedia(SID, TOKEN).fetch(AD, 1000)
	assert len(asked) == 1


def test_a_picture_of_an_ad_that_is_too_big_is_refused(monkeypatch):
	at_meta(monkeypatch, **{"Content-Type": "image/jpeg"})
	with pytest.raises(FetchRejected):
		TwilioMedia(SID, TOKEN).fetch(AD, len(PHOTO) - 1)


@pytest.mark.parametrize(
	("name", "media_type", "sent"),
	[
		("denah.png", "image/png", "denah.png"),
		("Brosur Rumah Tipe 45 (baru).pdf", "application/pdf", "Brosur-Rumah-Tip.pdf"),
		("Quotation SAL-QTN-2026-00012.pdf", "application/pdf", "QTN-2026-00012.pdf"),
		("123456789012345678901234.pdf", "application/pdf", "1234567890123456.pdf"),
		("Prélude à l\u2019été.mp3", "audio/mpeg", "Prelude-a-lete.mp3"),
		("合同.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "file.docx"),
		('a"; filename="x.exe', "application/pdf", "a-filename-x.pdf"),
		("a\r\nSet-Cookie: x.jpg", "image/jpeg", "a-Set-Cookie-x.jpg"),
		("", "text/plain", "file.txt"),
	],
)
def test_a_file_is_named_to_twilio_shortly_and_plainly(name, media_type, sent):
	assert content_disposition(name, media_type) == f'inline; filename="{sent}"'
	assert len(sent) <= 20
