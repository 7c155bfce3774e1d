"""Real forms with mutations, as request bodies."""

from random import Random
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator
from werkzeug.wrappers import Request

# Not "cmd": Frappe treats it as the method to call, before any code of this app.
NAMES = (
	"sid",
	"NumMedia",
	"MediaUrl0",
	"MediaContentType0",
	"Latitude",
	"MessageStatus",
	"",
	"x" * 300,
)
VALUES = (
	"",
	"\x00",
	"-1",
	"9" * 30,
	"NaN",
	"whatsapp:",
	"whatsapp:+0",
	"x" * 5000,
	"\u202e<script>alert(1)</script>",
	"😀" * 1600,
	"%s %(a)s {0} '",
)
NOT_UTF8 = ("%ff%fe", "%c3%28", "%ed%a0%80", "%")


def mutated(form: dict[str, str], random: Random) -> str:
	"""A request body in which a few parameters of the form are removed, duplicated, added or changed."""
	pairs = list(form.items())
	for _ in range(random.randint(0, 4)):
		at = random.randrange(len(pairs))
		name, value = pairs[at]
		pairs[at : at + 1] = random.choice(
			[
				[],
				[(name, value), (name, random.choice(VALUES))],
				[(name, value), (random.choice(NAMES), random.choice(VALUES))],
				[(name, random.choice(VALUES))],
			]
		) or [("StoredFile", "1")]
	body = urlencode(pairs)
	return body + f"&Unknown={random.choice(NOT_UTF8)}" if random.random() < 0.2 else body


def signature_of(url: str, body: str, token: str) -> str:
	"""The signature that Twilio would make of the form as a web server parses it."""
	content_type = "application/x-www-form-urlencoded"
	request = Request.from_values(method="POST", data=body, content_type=content_type)
	return RequestValidator(token).compute_signature(url, request.form)
