"""Health checks of what is set up at Twilio, and of the way from there to this site."""

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from datetime import timedelta
from functools import partial
from typing import TypeVar

import frappe
from frappe import _

from ...chat.errors import ChatError, NotSetUp
from ...chat.message import REDIRECTED
from ...chat.ports.files import FetchFailed, FetchRejected
from ...chat.sentences import _lt
from ...chat.template import APPROVED
from ...twilio_channel.alerts import AlertGroup, alerts_about
from ...twilio_channel.client import TwilioChannel
from ...twilio_channel.connection import account_of
from ...twilio_channel.media import FILE_HOSTS
from ...twilio_channel.round_trip import post_round_trip
from ...twilio_channel.webhook_settings import (
	POST,
	ListedSender,
	ListedService,
	WebhookOwner,
	senders_of,
	services_of,
	without_overrides,
)
from ..channel import twilio_channel, twilio_media
from ..clock import current_locale
from ..settings import (
	API_PATH,
	STATUS_PATH,
	account,
	account_by_token,
	auth_tokens,
	inbound_webhook_url,
	public_url,
	senders,
	settings,
	status_callback_url,
)
from ..shared_rate_limit import SharedRateLimit
from ..store.tables import MEDIA
from ..store.templates import TEMPLATE

# Above it windows are visibly wrong, and WhatsApp rejects messages in windows that this site shows as open.
CLOCK_TOLERANCE_MS = 30 * 1000
ALERTS_OF = timedelta(hours=24)
MOST_ALERTS = 3
# Twilio's error for an answer that is none of success: https://www.twilio.com/docs/api/errors/11200
BAD_ANSWER = "11200"
# What Twilio says of templates that Meta stopped: https://www.twilio.com/docs/whatsapp/tutorial/message-template-approvals-statuses
STOPPED = ("paused", "disabled")
LOW = "LOW"
AFTER_HOST = re.compile("(?<![:/])[/?#].+")

# The buttons of WA Window Settings that mend what a check found.
CONNECT, SYNC_TEMPLATES, GIVE_ACCESS = "connect", "sync_templates", "give_access"

Result = tuple[bool, str]
# A check's name, itself, and the button that mends what it finds; empty where none does.
Check = tuple[str, Callable[[], Result], str]
T = TypeVar("T")


def twilio_checks(pool: Executor, *, quotes: bool) -> Iterator[Check]:
	"""The checks. What they need of Twilio is asked at once, side by side in the pool, and once.

	Settings keep their texts: these hold no secret, and without `quotes` nothing of what Twilio's alerts and this site's answers say, which
	may be anything.
	"""
	account_at_twilio = _asked(pool, account_of, _login_by_token)
	ask = partial(_asked_with_account, pool, account_at_twilio)
	senders_at_twilio = ask(senders_of)
	services_at_twilio = ask(services_of)
	since_ms = int((time.time() - ALERTS_OF.total_seconds()) * 1000)
	alerts = ask(partial(alerts_about, url_prefix=public_url() + API_PATH, since_ms=since_ms))
	yield _("Twilio account"), lambda: _account(account_at_twilio), ""
	yield _("Clock"), lambda: _clock(account_at_twilio().clock_ahead_ms), ""
	yield _("Senders"), lambda: _senders(senders_at_twilio), CONNECT
	yield _("Quality"), lambda: _quality(_ours(senders_at_twilio())), ""
	yield _("Public URL"), _public_url, ""
	yield _("Round trip"), partial(_round_trip, pool), ""
	yield _("Webhook"), lambda: _webhook(_ours(senders_at_twilio()), services_at_twilio()), CONNECT
	yield _("Messaging Services"), lambda: _services(services_at_twilio), ""
	yield _("Statuses"), lambda: _statuses([*_ours(senders_at_twilio()), *services_at_twilio()]), CONNECT
	yield _("Twilio's alerts"), lambda: _alerts(alerts(), quotes), ""
	yield _("Files"), _files, ""
	yield _("Templates"), _templates, SYNC_TEMPLATES


def _asked_with_account(
	pool: Executor, account_at_twilio: Callable, ask: Callable[[TwilioChannel], T]
) -> Callable[[], T]:
	"""As `_asked`; where the account itself was not found either, that is why."""
	asked = _asked(pool, ask)

	def answer() -> T:
		try:
			return asked()
		except ChatError:
			account_at_twilio()
			raise

	return answer


def _asked(
	pool: Executor, ask: Callable[[TwilioChannel], T], login: Callable[[], dict] = account
) -> Callable[[], T]:
	"""A function that returns the answer, or raises why there is none, however often it is called."""
	try:
		answer = pool.submit(ask, twilio_channel(login))
	except Exception as error:
		answer = Future()
		answer.set_exception(error)
	return answer.result


def _login_by_token() -> dict:
	if not (settings().account_sid and any(auth_tokens())):
		raise NotSetUp(_lt("Fill in Account SID and Auth Token, then save."))
	return account_by_token()


def _account(account_at_twilio: Callable) -> Result:
	return True, _("Twilio accepted the credentials of {0}.").format(account_at_twilio().name)


def _clock(ahead_ms: int) -> Result:
	if abs(ahead_ms) > CLOCK_TOLERANCE_MS:
		return False, _("The clock is {0} s off. Set it by NTP.").format(round(ahead_ms / 1000))
	return True, _("The clock is right.")


def _senders(senders_at_twilio: Callable[[], list[ListedSender]]) -> Result:
	if not senders():
		return False, _("Add your WhatsApp number under Senders, or press Connect.")
	listed = {sender.address: sender for sender in senders_at_twilio()}
	for address in _our_addresses():
		if address not in listed:
			return False, _(
				"{0} is not a WhatsApp sender of this Twilio account: correct it under Senders."
			).format(_number(address))
		if not listed[address].status.startswith("ONLINE"):
			words = _("{0} is {1} at Twilio. Check it there.").format(
				_number(address), listed[address].status
			)
			return False, f"{words} {listed[address].offline_reason}".strip()
	return True, ", ".join(_number(address) for address in _our_addresses())


def _quality(ours: list[ListedSender]) -> Result:
	"""As Meta rates the senders. Their API has no throughput: https://www.twilio.com/docs/whatsapp/api/senders"""
	said = ", ".join(
		_("{0}: quality {1}, limit {2}").format(
			_number(sender.address), sender.quality or _("unknown"), sender.limit or _("unknown")
		)
		for sender in ours
	)
	if any(sender.quality.upper() == LOW for sender in ours):
		return False, f"{said}. " + _(
			"Customers block or report your messages: Meta may lower the limit. Send fewer templates."
		)
	pace = _("Up to {0} messages a second are sent by each. Twilio's API does not say what it allows.")
	return True, f"{said}. {pace.format(SharedRateLimit().per_second)}" if ours else ""


def _public_url() -> Result:
	url = public_url()
	if not url.startswith("https://"):
		return False, _("Twilio reaches this site at {0}. Set Public URL to its https address.").format(url)
	return True, url


def _round_trip(pool: Executor) -> Result:
	token = next(auth_tokens(), "")
	if not token:
		return False, _("Fill in Account SID and Auth Token, then save.")
	posted = [
		pool.submit(post_round_trip, url, token) for url in (inbound_webhook_url(), status_callback_url())
	]
	for each in posted:
		each.result()
	return True, _("A signed webhook to the public address arrived unchanged.")


def _webhook(ours: list[ListedSender], services: list[ListedService]) -> Result:
	if not ours:
		return False, _("None of your senders was found at Twilio. See the check of the senders.")
	for sender in ours:
		deciding = next(
			(each for each in services if sender.address in each.addresses and not each.defers), sender
		)
		if not deciding.posts_to(inbound_webhook_url()):
			return False, _posted_elsewhere(deciding)
	return True, _("Twilio posts incoming messages to this site.")


def _posted_elsewhere(owner: WebhookOwner) -> str:
	name = name_of(owner)
	if owner.inbound_method != POST and owner.inbound_url.startswith(inbound_webhook_url()):
		return _("{0} sends its messages by {1}. Set the method to POST: press Connect.").format(
			name, owner.inbound_method
		)
	if isinstance(owner, ListedService) and not owner.inbound_url:
		return _("{0} receives no messages: it has no webhook. Press Connect.").format(name)
	return _(
		"{0} posts its messages to {1}. Press Connect, or enter this site's webhook URL at Twilio."
	).format(name, without_secrets(owner.inbound_url) or _("no address"))


def _services(services_at_twilio: Callable[[], list[ListedService]]) -> Result:
	named = [sender for sender in senders() if sender.messaging_service_sid]
	if not named:
		return True, _("Your senders send without a Messaging Service.")
	services = {service.sid: service for service in services_at_twilio()}
	for sender in named:
		service = services.get(sender.messaging_service_sid)
		if not service or sender.address not in service.addresses:
			return False, _("{0} is not in the Messaging Service {1}. Correct it under Senders.").format(
				_number(sender.address), sender.messaging_service_sid
			)
	return True, _(
		"Your senders are in their Messaging Services. Twilio's API does not say whether Advanced Opt-Out is on there: compare it with Advanced Opt-Out of each sender here."
	)


def _statuses(owners: list[WebhookOwner]) -> Result:
	"""What is set at Twilio matters for messages that were not sent from here; ours carry their own address."""
	for owner in owners:
		url = without_overrides(owner.status_url)
		is_another_site = STATUS_PATH in url and url != status_callback_url()
		if is_another_site or (url == status_callback_url() and owner.status_method != POST):
			return False, _("{0} sends statuses to {1} by {2}. Press Connect.").format(
				name_of(owner), without_secrets(url), owner.status_method
			)
	return True, _("Each message sent from here carries the address for its statuses.")


def _alerts(groups: list[AlertGroup], quotes: bool) -> Result:
	if not groups:
		return True, _("Twilio has none about this site in the last 24 hours.")
	return False, " ".join(_alert(group, quotes) for group in groups[:MOST_ALERTS])


def _alert(group: AlertGroup, quotes: bool) -> str:
	since = current_locale().format_time(group.first_at_ms)
	if group.last.code == BAD_ANSWER and group.last.http_status:
		said = _("Your site answered {0}, {1} times since {2}.").format(
			group.last.http_status, group.count, since
		)
	else:
		said = _("Twilio reports error {0}, {1} times since {2}.").format(group.last.code, group.count, since)
	quoted = [text for text in (group.last.text, group.excerpt) if quotes and text]
	return " ".join([said, *(f"“{text}”" for text in quoted)])


def _files() -> Result:
	"""Whether Twilio redirected files to a host that is not allowed, which no request can find out in advance; and whether everybody
	may read the newest file: no API has that setting."""
	elsewhere = frappe.db.count(MEDIA, {"state": REDIRECTED})
	if elsewhere:
		return False, _(
			"{0} files could not be downloaded: turn on “Enforce HTTP auth on media” in Twilio's console (Messaging, Settings, General), then press “Try again” at the files."
		).format(elsewhere)
	protected = _newest_file_is_protected()
	if protected is False:
		return False, _(
			"Whoever knows the address of a customer's file at Twilio can read it. Turn on “Enforce HTTP auth on media” in Twilio's console (Messaging, Settings, General); this check passes with the next file that arrives."
		)
	if protected:
		return True, _("Files at Twilio are protected, and downloaded from {0}.").format(
			", ".join(FILE_HOSTS)
		)
	return True, _(
		"Files are downloaded from {0}. Turning on “Enforce HTTP auth on media” at Twilio is recommended."
	).format(", ".join(FILE_HOSTS))


def _newest_file_is_protected() -> bool | None:
	"""None where there is no file, or Twilio has it no more."""
	newest = frappe.get_all(
		MEDIA, {"url": ("like", "https://%")}, pluck="url", order_by="creation desc", limit=1
	)
	try:
		return twilio_media().is_protected(newest[0]) if newest else None
	except (FetchFailed, FetchRejected):
		return None


def _templates() -> Result:
	approved = frappe.db.count(TEMPLATE, {"approval_status": APPROVED})
	if not approved:
		return False, _("No approved templates. Sync them, or submit one at Twilio.")
	stopped = frappe.get_all(
		TEMPLATE,
		{"approval_status": ("in", STOPPED)},
		pluck="friendly_name",
		order_by="friendly_name",
	)
	if stopped:
		return False, _(
			"WhatsApp has stopped the template {0}: customers complained. Use another one."
		).format(", ".join(stopped))
	return True, _("{0} approved templates.").format(approved)


def name_of(owner: WebhookOwner) -> str:
	"""A sender's number, or what the Messaging Service is called."""
	if isinstance(owner, ListedSender):
		return _number(owner.address)
	return _("Messaging Service {0}").format(owner.name or owner.sid)


def without_login(url: str) -> str:
	"""A URL for the screen: Twilio accepts user and password in it."""
	scheme, _slashes, rest = url.partition("://")
	host, slash, path = rest.partition("/")
	return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}" if rest else url


def without_secrets(url: str) -> str:
	"""A URL for a text that is kept. Where another program receives messages, path and query may hold its key."""
	shown = without_login(url)
	return shown.partition("?")[0] if API_PATH in shown else AFTER_HOST.sub("/…", shown, count=1)


def _our_addresses() -> list[str]:
	return [sender.address for sender in senders()]


def _ours(listed: list[ListedSender]) -> list[ListedSender]:
	return [sender for sender in listed if sender.address in _our_addresses()]


def _number(address: str) -> str:
	return address.removeprefix("whatsapp:")
