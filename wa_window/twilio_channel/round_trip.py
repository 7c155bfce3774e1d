"""A webhook that this site posts to itself, by its public URL and signed as Twilio signs: whether it arrives unchanged."""

import secrets
from collections.abc import Mapping

import requests
from twilio.request_validator import RequestValidator

from ..chat.errors import ChatError
from ..chat.sentences import _lt
from .http import TIMEOUT_S

# The only parameter of its form: there is no message in it, and nothing is stored.
PARAMETER = "WAWindowRoundTrip"
ANSWER = "<Response/>"


class NotBack(ChatError):
	"""It did not arrive, or not as it was posted."""


def is_round_trip(form: Mapping[str, str]) -> bool:
	"""Whether it is one of these forms, which hold nothing else."""
	return list(form) == [PARAMETER]


def post_round_trip(url: str, auth_token: str) -> None:
	"""Post it to one of our webhooks. Raises NotBack, whose sentence says what to do."""
	form = {PARAMETER: secrets.token_hex(8)}
	signature = RequestValidator(auth_token).compute_signature(url, form)
	try:
		answer = requests.post(
			url,
			data=form,
			headers={"X-Twilio-Signature": signature},
			allow_redirects=False,
			timeout=TIMEOUT_S,
		)
	except requests.exceptions.SSLError:
		raise NotBack(_lt("The certificate of {0} is not valid. Renew it."), url) from None
	except (requests.RequestException, ValueError):  # a ValueError: a host that is none
		raise NotBack(
			_lt(
				"This server does not reach {0}. Check DNS and firewall; if Twilio's webhooks arrive, only this server cannot reach itself."
			),
			url,
		) from None
	_require_ours(url, answer)


def _require_ours(url: str, answer: requests.Response) -> None:
	if answer.status_code == 403:
		raise NotBack(
			_lt(
				"{0} refused a signed webhook: a proxy changes its address or its form, or drops the header X-Twilio-Signature. Have it pass them on as they are."
			),
			url,
		)
	if answer.is_redirect:
		raise NotBack(
			_lt("{0} redirects to {1}. Set Public URL to the final address."),
			url,
			answer.headers["Location"].partition("?")[0],
		)
	if answer.status_code != 200 or ANSWER not in answer.text:
		raise NotBack(
			_lt("{0} was not answered by this site (HTTP {1}). Check Public URL and proxy."),
			url,
			answer.status_code,
		)
