"""Does Twilio know us?"""

from twilio.base.exceptions import TwilioRestException

from ..chat.errors import ChatError
from ..chat.words import _lt
from .http import twilio_client


class NotConnected(ChatError):
	"""Twilio did not accept the account, or could not be reached."""


def check_credentials(account_sid: str, auth_token: str, *, api_base: str = "") -> str:
	"""The account's name, where Twilio accepts the credentials. Raises NotConnected, saying what to do."""
	try:
		account = twilio_client(account_sid, auth_token, api_base).api.v2010.accounts(account_sid).fetch()
	except TwilioRestException as refusal:
		if refusal.status in (401, 403, 404):
			raise NotConnected(
				_lt("Twilio refused the credentials: copy the account SID and the auth token anew.")
			) from None
		raise NotConnected(_lt("Twilio answered with status {0}: try again later."), refusal.status) from None
	except Exception:
		raise NotConnected(
			_lt("Twilio could not be reached: check this server's way to the internet.")
		) from None
	return account.friendly_name or account_sid
