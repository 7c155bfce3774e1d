"""Read WA Window Settings: the account at Twilio, senders, options."""

import time
from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache
from itertools import chain

import frappe
from frappe.query_builder import Table
from frappe.utils import get_url
from frappe.utils.password import decrypt, get_encryption_key
from pypika.terms import Parameter

from ..chat.errors import NotSetUp
from ..chat.message import Sender
from ..chat.sentences import _lt
from ..chat.template_batch import Limits
from .store import database

SETTINGS = "WA Window Settings"
TOKENS = ("auth_token", "next_auth_token")
RECENT_S = 5
HOUR_MS = 60 * 60 * 1000
MB = 1000 * 1000

API_PATH = "/api/method/wa_window.api."
INBOUND_PATH = API_PATH + "webhook.inbound"
STATUS_PATH = API_PATH + "webhook.status"


def settings():
	return frappe.get_cached_doc(SETTINGS)


def senders() -> list[Sender]:
	return [
		Sender(
			row.address,
			row.label or "",
			row.messaging_service_sid or "",
			bool(row.is_default),
			bool(row.advanced_opt_out),
		)
		for row in settings().senders
	]


def default_sender() -> Sender:
	"""The sender marked as default, else the first. Raises NotSetUp where there is none."""
	all_senders = senders()
	if not all_senders:
		raise NotSetUp(
			_lt("No sender yet. Ask an administrator to add your WhatsApp number in WA Window Settings.")
		)
	return next((sender for sender in all_senders if sender.is_default), all_senders[0])


def require_sender(business_address: str) -> None:
	"""Raise NotSetUp unless it is one of our senders."""
	if business_address not in {sender.address for sender in senders()}:
		raise NotSetUp(
			_lt("{0} is not among your senders. Ask an administrator to add it in WA Window Settings."),
			business_address.removeprefix("whatsapp:"),
		)


def label_of(business_address: str) -> str:
	labels = {sender.address: sender.label for sender in senders()}
	return labels.get(business_address) or business_address.removeprefix("whatsapp:")


def auth_tokens() -> Iterator[str]:
	"""The stored tokens: the primary one, and the next one during a rotation. Each is read when the iterator reaches it."""
	return (token for field in TOKENS if (token := _token(field)))


def accepted_tokens() -> Iterator[str]:
	"""The tokens for checking a webhook's signature: first those that this process has cached for a moment, then the stored
	ones.

	Almost always the first one matches and nothing is read: a webhook that begins with a read needs three more statements,
	since its transaction must begin with a lock. A new token is valid at once, a removed one for a moment longer.
	"""
	period = int(time.monotonic() / RECENT_S)
	recent = (_recent_token(frappe.local.site, field, period) for field in TOKENS)
	return (token for token in chain(recent, auth_tokens()) if token)


@lru_cache(maxsize=64)
def _recent_token(_site: str, field: str, _period: int) -> str:
	return _token(field)


def _token(field: str) -> str:
	"""Cached by the ciphertext, not by Settings' `modified`: the cached `modified` may be newer than the transaction's
	snapshot, and the old token would then stay cached as the new one."""
	rows = database.run(_ciphertext_of(frappe.db.db_type), (SETTINGS, SETTINGS, field))
	ciphertext = rows[0][0] if rows else ""
	return _decrypted(ciphertext, get_encryption_key(), field) if ciphertext else ""


@lru_cache
def _ciphertext_of(_db_type: str) -> str:
	"""As frappe.utils.password.get_decrypted_password reads it, by primary key. The statement is built once."""
	auth, value = Table("__Auth"), Parameter("%s")
	is_token = (
		(auth.doctype == value) & (auth.name == value) & (auth.fieldname == value) & (auth.encrypted == 1)
	)
	return frappe.qb.from_(auth).select(auth.password).where(is_token).get_sql()


@lru_cache(maxsize=64)
def _decrypted(ciphertext: str, encryption_key: str, field: str) -> str:
	"""Decrypted once in a process for each ciphertext: decryption took a sixth of a webhook's time. Raises ValidationError
	where the encryption key does not match."""
	return decrypt(ciphertext, encryption_key, key=f"{SETTINGS}.{field}")


def closing_ms() -> int:
	return (settings().closing_hours or 0) * HOUR_MS


def shows_typing() -> bool:
	return bool(settings().get("show_typing"))


def inbox_fields(doctype: str) -> list[str]:
	"""The fields of a record type that the inbox shows beside its chats, as Settings name them."""
	return [
		fieldname for of, fieldname in parsed_inbox_fields(settings().get("inbox_fields")) if of == doctype
	]


def parsed_inbox_fields(text: str | None) -> list[tuple[str, str]]:
	"""DocType and fieldname of each line, such as "CRM Lead.source"; an empty fieldname where a line has no dot."""
	lines = (line.strip() for line in (text or "").splitlines())
	parts = (line.rpartition(".") for line in lines if line)
	return [
		(doctype.strip() or fieldname, fieldname.strip() if doctype else "")
		for doctype, _dot, fieldname in parts
	]


def kept_since_ms() -> int:
	"""Messages before this time (epoch ms, UTC) are deleted every night; 0 where all are kept."""
	days = settings().keep_days or 0
	return int((time.time() - timedelta(days=days).total_seconds()) * 1000) if days else 0


def batch_limits() -> Limits:
	chosen = settings()
	return Limits(chosen.batch_marketing_days or 0, chosen.batch_per_week or 0, chosen.batch_per_day or 0)


def media_limit_bytes() -> int:
	return (settings().media_limit_mb or 0) * MB


def public_url() -> str:
	return (settings().public_url or get_url()).rstrip("/")


def inbound_webhook_url() -> str:
	return public_url() + INBOUND_PATH


def status_callback_url(message: str = "") -> str:
	"""The URL of status callbacks; it contains our own name for the message, which exists before Twilio's SID."""
	return f"{public_url()}{STATUS_PATH}" + (f"?message={message}" if message else "")


def require_configured() -> None:
	"""Raise NotSetUp unless messages can be sent."""
	require_account()
	default_sender()


def require_account() -> None:
	"""Raise NotSetUp without an account at Twilio."""
	if not (settings().account_sid and any(auth_tokens())):
		raise NotSetUp(
			_lt(
				"Twilio is not set up. Ask an administrator to fill in Account SID and Auth Token in WA Window Settings."
			)
		)


def account() -> dict:
	"""The account at Twilio, with the API key where there is one, else with the auth token. Raises NotSetUp."""
	by_token, key = account_by_token(), settings().get("api_key_sid")
	return by_token | {"api_key_sid": key, "secret": _token("api_key_secret")} if key else by_token


def account_by_token() -> dict:
	"""Account SID, auth token and API base URL. Raises NotSetUp."""
	require_account()
	return {
		"account_sid": settings().account_sid,
		"secret": next(auth_tokens()),
		"api_base": frappe.conf.get("wa_window_twilio_api_base") or "",
	}


def note(values: dict) -> None:
	"""Store a job's result without changing `modified`, so that a form that an admin has open can still be saved."""
	frappe.db.set_single_value(SETTINGS, values, update_modified=False)
