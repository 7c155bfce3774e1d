"""Files of which Twilio's file host tells no type, or more than a type."""

import io

import pytest
import requests

from wa_window.twilio_channel.media import TwilioMedia

SID = "AC" + "5" * 32
URL = f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Messages/MM{'1' * 32}/Media/ME{'2' * 32}"


@pytest.mark.parametrize(
	("headers", "media_type"),
	[
		({}, ""),
		({"Content-Type": ""}, ""),
		({"Content-Type": "Image/JPEG"}, "image/jpeg"),
		({"Content-Type": " text/plain ; charset=utf-8"}, "text/plain"),
	],
)
def test_the_type_is_that_of_the_answer_alone_in_small_letters_and_none_where_it_has_none(
	headers, media_type, monkeypatch
):
	how = {}

	def get(url, **more):
		how.update(more, url=url)
		response = requests.Response()
		response.status_code, response.url = 200, url
		response.raw, response.headers = Body(b"content"), requests.structures.CaseInsensitiveDict(headers)
		return response

	monkeypatch.setattr("wa_window.twilio_channel.media.requests.get", get)
	fetched = TwilioMedia(SID, "token").fetch(URL, 7)
	assert (fetched.type, fetched.content) == (media_type, b"content")
	assert how == {
		"url": URL,
		"auth": (SID, "token"),
		"stream": True,
		"allow_redirects": False,
		"timeout": 10,
	}


class Body(io.BytesIO):
	"""What urllib3 gives to be read."""

	def read1(self, size: int = -1, decode_content: bool = False) -> bytes:
		assert decode_content
		return super().read1(size)
