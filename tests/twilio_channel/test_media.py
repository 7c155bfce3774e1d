"""Fetching customers' files: from the simulated Twilio over real HTTP, and from hosts that only claim to be Twilio's."""

import threading
from contextlib import contextmanager

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from playground.twilio_sim import Clock, SimulatedTwilio, Upload, serve
from playground.twilio_sim.server import QuietHandler
from wa_window.chat.ports import FetchFailed, FetchRefused
from wa_window.twilio_channel.media import TwilioMedia

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
	with pytest.raises(FetchRefused):
		TwilioMedia(SID, TOKEN, running.url).fetch(media_url(sim), len(PHOTO) - 1)


@pytest.mark.parametrize(
	"url",
	[
		"http://api.twilio.com/2010-04-01/Accounts/{0}/Messages/MM1/Media/ME1",
		"https://api.twilio.com.evil.example/2010-04-01/Accounts/{0}/Messages/MM1/Media/ME1",
		"https://api.twilio.com@evil.example/2010-04-01/Accounts/{0}/Messages/MM1/Media/ME1",
		"https://api.twilio.com:8443/2010-04-01/Accounts/{0}/Messages/MM1/Media/ME1",
		"https://api.twilio.com/2010-04-01/Accounts/AC00000000000000000000000000000000/Messages/MM1/Media/ME1",
		"https://api.twilio.com/2010-04-01/Accounts/{0}/Keys.json",
		"http://169.254.169.254/latest/meta-data/",
		"file:///etc/passwd",
		"",
	],
)
def test_only_media_of_our_account_at_twilio_are_asked_for(url, monkeypatch):
	monkeypatch.setattr("wa_window.twilio_channel.media.requests.get", pytest.fail)
	with pytest.raises(FetchRefused):
		TwilioMedia(SID, TOKEN).fetch(url.format(SID), 1000)


@contextmanager
def answering(respond):
	"""A server that answers in Twilio's place; it notes what it was asked."""
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
	"target", ["http://127.0.0.1:1/secret", "https://evil.example/x", "https://nottwilio.com/x", "ftp://x/y"]
)
def test_a_redirect_elsewhere_is_not_followed(target):
	with answering(lambda request: Response(status=307, headers={"Location": target})) as (url, asked):
		with pytest.raises(FetchRefused):
			TwilioMedia(SID, TOKEN, url).fetch(URL, 1000)
		assert len(asked) == 1


def test_a_redirect_at_twilio_is_followed_without_the_credentials_and_not_for_ever():
	def respond(request):
		if request.path == "/file":
			return Response(b"%PDF", mimetype="application/pdf")
		return Response(status=307, headers={"Location": "/file"})

	with answering(respond) as (url, asked):
		assert TwilioMedia(SID, TOKEN, url).fetch(URL, 1000).content == b"%PDF"
		assert asked[0].authorization and not asked[1].authorization
	with answering(lambda request: Response(status=307, headers={"Location": "/again"})) as (url, asked):
		with pytest.raises(FetchRefused):
			TwilioMedia(SID, TOKEN, url).fetch(URL, 1000)
		assert len(asked) == 4


def test_no_answer_and_its_reason_carry_no_credentials():
	with pytest.raises(FetchFailed) as failure:
		TwilioMedia(SID, TOKEN, "http://127.0.0.1:1").fetch(URL, 1000)
	assert TOKEN not in repr(failure.value) and failure.value.__cause__ is None
