"""An agent writes: freeform inside the window, an approved template at any time. Nothing goes out by itself."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from . import status
from .arguments import require_readable
from .conversations import lock_or_begin, window
from .delivery import NOT_LISTED
from .errors import InvalidMessage, OptedOut, WindowClosed
from .media import media_kind, require_sendable
from .message import OUTBOUND, RECORD, TEMPLATE, TEXT, Conversation, Lead, Media, Message, latest
from .ports import AlreadyStored, Announcer, Clock, Store
from .template import ContentTemplate, as_texts, filled, is_usable, rendered, require_usable
from .window import SILENT, Window
from .words import _lt

MAX_BODY = 1600  # https://www.twilio.com/docs/messaging/api/message-resource: error 21617 above it
MAX_CLIENT_KEY = 140
CLIENT_KEY = re.compile(r"[A-Za-z0-9_.:+-]+")
# So long is looked for an answer that never came, before the agent is offered to send the message again.
UNSETTLED_MS = 30 * 60 * 1000
# What a host does with a new message that has a file, inside the transaction that stores it.
Attach = Callable[[Message], None]
# Whether two files that the host keeps have the same content.
HasSameContent = Callable[[Media, Media], bool]
KEY_USED = _lt("Another message was sent with this sending's key: reload the page, then send again.")


def has_same_address(one: Media, other: Media) -> bool:
	"""Whether both are the same file of this host, by its URL."""
	return one.file == other.file


def reply(
	conversation: str,
	body: str,
	client_key: str,
	*,
	author: str,
	store: Store,
	announcer: Announcer,
	clock: Clock,
	media: Media | None = None,
	attach: Attach | None = None,
	has_same_content: HasSameContent = has_same_address,
) -> Message:
	"""Queue freeform text, a stored file, or an image with its caption, once per `client_key`: the same sent again with the
	same key by the same author is the first message.

	`attach` makes the file the message's own, which may give it another address. Raises InvalidMessage, InvalidArgument, WindowClosed or OptedOut; then nothing is
	stored.
	"""
	return _queue(
		lambda: store.lock(conversation),
		lambda row: freeform_message(row, body, clock.now_ms(), media),
		lambda first: _is_freeform(first, body, media, has_same_content),
		client_key,
		author=author,
		store=store,
		announcer=announcer,
		attach=attach if media else None,
	)


def send_template(
	conversation: str,
	content_sid: str,
	variables: Mapping[str, object],
	client_key: str,
	*,
	author: str,
	store: Store,
	announcer: Announcer,
	clock: Clock,
) -> Message:
	"""Queue an approved template with all its variables filled, once per `client_key`.

	Raises InvalidMessage, TemplateNotUsable or OptedOut; then nothing is stored.
	"""
	return _queue(
		lambda: store.lock(conversation),
		lambda row: template_message(row, store.template(content_sid), variables, clock.now_ms()),
		lambda first: _is_template(first, content_sid, variables),
		client_key,
		author=author,
		store=store,
		announcer=announcer,
	)


def send_first_template(
	lead: Lead,
	business_address: str,
	content_sid: str,
	variables: Mapping[str, object],
	client_key: str,
	*,
	author: str,
	store: Store,
	announcer: Announcer,
	clock: Clock,
) -> Message:
	"""As `send_template`, to a lead who has no conversation with `business_address` yet: it begins with this message."""
	return _queue(
		lambda: lock_or_begin(lead, business_address, store=store),
		lambda row: template_message(row, store.template(content_sid), variables, clock.now_ms()),
		lambda first: _is_template(first, content_sid, variables),
		client_key,
		author=author,
		store=store,
		announcer=announcer,
	)


def send_again(
	message: str,
	client_key: str,
	*,
	author: str,
	store: Store,
	announcer: Announcer,
	clock: Clock,
	attach: Attach | None = None,
	has_same_content: HasSameContent = has_same_address,
) -> Message:
	"""Queue a new copy of a message that failed or whose fate is unknown, under the rules of a new one."""
	original = store.message(message)
	if original is None or not may_send_again(original, clock.now_ms()):
		raise InvalidMessage(_lt("Only a message that failed or could not be confirmed can be sent again."))
	outside = {"author": author, "store": store, "announcer": announcer, "clock": clock}
	if original.freeform:
		media = original.media[0] if original.media else None
		of_file = {"media": media, "attach": attach, "has_same_content": has_same_content}
		return reply(original.conversation, original.body, client_key, **of_file, **outside)
	variables = json.loads(original.content_variables or "{}")
	return send_template(original.conversation, original.content_template, variables, client_key, **outside)


def may_send_again(message: Message, now_ms: int) -> bool:
	"""Whether a copy may be sent: after a failure, or once it could not be found out whether it was sent."""
	if message.delivery_status in status.FAILURES:
		return True
	if message.delivery_status != status.UNKNOWN:
		return False
	return message.error_code == NOT_LISTED or now_ms - message.claimed_at_ms >= UNSETTLED_MS


def usable_templates(
	conversation: Conversation | None, now_ms: int, *, store: Store
) -> list[ContentTemplate]:
	"""The approved templates that may be sent in the present state of the window."""
	now = window(conversation, now_ms)
	return [template for template in store.templates() if is_usable(template, now)]


def freeform_message(
	conversation: Conversation | None, body: str, now_ms: int, media: Media | None = None
) -> Message:
	"""The outbox row of a freeform reply; raises InvalidMessage, WindowClosed or OptedOut where it may not go."""
	_require_body(body, media)
	now = window(conversation, now_ms)
	_require_opted_in(now)
	if not now.freeform_allowed:
		raise WindowClosed(now)
	kind, files = (media_kind(media.type), (media,)) if media else (TEXT, ())
	return _row(conversation, now_ms, kind=kind, body=body, media=files)


def template_message(
	conversation: Conversation, template: ContentTemplate | None, variables: Mapping[str, object], now_ms: int
) -> Message:
	"""The outbox row of a template; its body is the text as the customer will read it."""
	now = window(conversation, now_ms)
	_require_opted_in(now)
	require_usable(template, now)
	values = filled(template, variables)
	return _row(
		conversation,
		now_ms,
		kind=TEMPLATE,
		body=rendered(template.body, values),
		content_template=template.content_sid,
		content_variables=json.dumps(values, ensure_ascii=False),
	)


def _queue(
	lock: Callable[[], Conversation | None],
	compose: Callable[[Conversation], Message],
	is_the_same: Callable[[Message], bool],
	client_key: str,
	*,
	author: str,
	store: Store,
	announcer: Announcer,
	attach: Attach | None = None,
) -> Message:
	require_client_key(client_key)

	def write() -> Message:
		row = lock()
		if row is None:
			raise InvalidMessage(_lt("This conversation no longer exists: reload the lead."))
		first = store.message_with_client_key(client_key)
		if first:
			known = (first.client_key, first.owner, first.conversation) == (client_key, author, row.name)
			if not (known and is_the_same(first)):
				raise InvalidMessage(KEY_USED)
			return first
		message = replace(compose(row), owner=author, client_key=client_key)
		store.change_conversation(row.name, **latest(row, message.sent_at_ms, message.preview))
		added = store.add_message(message)
		if not attach:
			return added
		attach(added)
		return store.message(added.name)

	try:
		message = store.transaction(write)
	except AlreadyStored:
		raise InvalidMessage(KEY_USED) from None
	announcer.outbox_filled()
	announcer.conversation_changed(message.conversation)
	return message


def _is_freeform(first: Message, body: str, media: Media | None, has_same_content: HasSameContent) -> bool:
	own = first.media[0] if first.media else None
	types = own and own.type, media and media.type
	if not first.freeform or first.body != body or types[0] != types[1]:
		return False
	return not (own and media) or has_same_content(own, media)


def _is_template(first: Message, content_sid: str, variables: Mapping[str, object]) -> bool:
	return first.content_template == content_sid and json.loads(first.content_variables or "{}") == as_texts(
		variables
	)


def _row(conversation: Conversation, now_ms: int, **content) -> Message:
	"""It comes after all that is there, by which it is sent in its turn, also where the clock was set back meanwhile."""
	latest_ms = conversation.last_message_at_ms
	return Message(
		conversation=conversation.name,
		direction=OUTBOUND,
		sent_at_ms=now_ms if now_ms >= latest_ms else latest_ms + 1,
		sent_at_source=RECORD,
		delivery_status=status.QUEUED,
		next_attempt_at_ms=now_ms,
		**content,
	)


def _require_body(body: str, media: Media | None) -> None:
	require_readable(body)
	if media:
		require_sendable(media, body)
	elif not body.strip():
		raise InvalidMessage(_lt("Write a message first."))
	if len(body) > MAX_BODY:
		raise InvalidMessage(
			_lt("The message has {0} characters, WhatsApp takes {1}: shorten it."), len(body), MAX_BODY
		)


def require_client_key(client_key: str) -> None:
	"""Raises InvalidMessage unless it is one that every store keeps as it is."""
	if len(client_key) > MAX_CLIENT_KEY or not CLIENT_KEY.fullmatch(client_key):
		raise InvalidMessage(
			_lt("A sending needs a client key of 1 to {0} letters, digits or signs such as dashes."),
			MAX_CLIENT_KEY,
		)


def _require_opted_in(now: Window) -> None:
	if now.state in SILENT:
		raise OptedOut(now)
