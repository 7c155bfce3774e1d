"""The webhook that a site posts to itself."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest
from twilio.request_validator import RequestValidator

from wa_window.twilio_channel.round_trip import NotBack, is_round_trip, post_round_trip

TOKEN = "a-token"


@pytest.fixture
def site():
	"""A site that answers as `site.answer` says, and notes what it was asked."""

	class Handler(BaseHTTPRequestHandler):
		answer = (200, {}, b"<Response/>")
		asked: ClassVar[list] = []

		def do_POST(self):
			body = self.rfile.read(int(self.headers["Content-Length"])).decode()
			self.asked.append((body, self.headers["X-Twilio-Signature"]))
			status, headers, answer = self.answer
			self.send_response(status)
			for name, value in headers.items():
				self.send_header(name, value)
			self.end_headers()
			self.wfile.write(answer)

		def log_message(self, *_):
			pass

	server = HTTPServer(("127.0.0.1", 0), Handler)
	Handler.url = f"http://127.0.0.1:{server.server_port}/inbound"
	threading.Thread(target=server.serve_forever, daemon=True).start()
	yield Handler
	server.shutdown()
	server.server_close()


def test_it_is_signed_as_twilio_signs_and_holds_no_message(site):
	post_round_trip(site.url, TOKEN)
	((body, signature),) = site.asked
	name, _, value = body.partition("=")
	assert RequestValidator(TOKEN).validate(site.url, {name: value}, signature)
	assert is_round_trip({name: value})


@pytest.mark.parametrize("form", [{}, {"MessageSid": "SM1"}, {"WAWindowRoundTrip": "1", "MessageSid": "SM1"}])
def test_a_form_with_anything_else_is_none(form):
	assert not is_round_trip(form)


@pytest.mark.parametrize(
	("answer", "words"),
	[
		((403, {}, b""), "a proxy changes its address"),
		(
			(301, {"Location": "https://www.example.com/?login=k3y"}, b""),
			r"redirects to https://www.example.com/\. Set",
		),
		((200, {}, b"<html>Please log in"), "was not answered by this site"),
		((502, {}, b"<Response/>"), "HTTP 502"),
	],
)
def test_every_other_answer_says_what_to_do(site, answer, words):
	site.answer = answer
	with pytest.raises(NotBack, match=words):
		post_round_trip(site.url, TOKEN)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/inbound", "https://", "http://[", "http://a..b/"])
def test_where_nothing_answers_it_says_so(url):
	with pytest.raises(NotBack, match="does not reach"):
		post_round_trip(url, TOKEN)


def test_an_invalid_certificate_is_said_so(monkeypatch):
	import requests

	def refuses(*_, **__):
		raise requests.exceptions.SSLError

	monkeypatch.setattr(requests, "post", refuses)
	with pytest.raises(NotBack, match="certificate"):
		post_round_trip("https://crm.example.com/inbound", TOKEN)
