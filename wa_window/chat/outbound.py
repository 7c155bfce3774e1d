"""Queue an agent's message: freeform inside the window, an approved template at any time. Nothing is sent automatically."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from . import status, work_state
from .arguments import require_readable
from .conversations import get_or_create_locked, window
from .delivery import NOT_LISTED
from .errors import AnsweredMeanwhile, InvalidMessage, OptedOut, WindowClosed
from .media_types import media_kind
from .message import OUTBOUND, RECORD, TEMPLATE, TEXT, Conversation, Lead, Media, Message, latest
from .ports.runtime import EventPublisher
from .ports.store import AlreadyStored, Store
from .sendable_media import require_sendable
from .sentences import _lt
from .service import ChatService
from .template import ContentTemplate, as_texts, filled, is_shown, rendered, require_usable
from .template_batch import KEY_PREFIX, handed_over_as, row_of_key
from .template_file import FileVariable
from .window import SENDING_FORBIDDEN, Window

MAX_BODY = 1600  # https://www.twilio.com/docs/messaging/api/message-resource: error 21617 above it
MAX_CLIENT_KEY = 140
CLIENT_KEY = re.compile(r"[A-Za-z0-9_.:+-]+")
# For this long a message of unknown outcome is looked up, before the agent is offered to send it again.
RECONCILE_FOR_MS = 30 * 60 * 1000
# Attaches a file to a new message, inside the transaction that stores it.
Attach = Callable[[Message], None]
# Whether two stored files have the same content.
HasSameContent = Callable[[Media, Media], bool]
NOT_AGAIN = _lt("Only failed or unconfirmed messages can be sent again.")
KEY_USED = _lt("This was already sent with other content. Reload the page, then send again.")


def has_same_address(one: Media, other: Media) -> bool:
	"""Whether both are the same file of this host, by its URL."""
	return one.file == other.file


@dataclass(frozen=True)
class SendRequest:
	"""A user's press of Send: once per `client_key` (the idempotency key), a repeated call of the same author returns the first message.

	`seen` is the name of the newest message when the draft was begun, empty where there was none: where a colleague has answered
	after it, AnsweredMeanwhile is raised. None: whatever colleagues have answered. `media` is the file that goes along; `attach` attaches
	it to the message, which may change its URL.
	"""

	client_key: str
	author: str
	seen: str | None = None
	media: Media | None = None
	attach: Attach | None = None
	has_same_content: HasSameContent = has_same_address


@dataclass(frozen=True)
class NewChat:
	"""With a lead that has no conversation with this number of ours yet."""

	lead: Lead
	business_address: str


@dataclass(frozen=True)
class _Draft:
	"""What is to be queued: how its conversation is locked, its message, and whether a stored one is the same."""

	lock: Callable[[], Conversation | None]
	compose: Callable[[Conversation], Message]
	is_the_same: Callable[[Message], bool]


def reply(chat: ChatService, conversation: str, body: str, request: SendRequest) -> Message:
	"""Queue freeform text, a stored file, or an image with its caption.

	Raises InvalidMessage, InvalidArgument, WindowClosed, OptedOut or AnsweredMeanwhile; then nothing is stored.
	"""
	return _queue(chat, _freeform(chat, conversation, body, request), request)


def send_template(
	chat: ChatService,
	to: str | NewChat,
	content_sid: str,
	variables: Mapping[str, object],
	request: SendRequest,
) -> Message:
	"""Queue an approved template with all its variables filled, to a conversation or to begin one.

	Raises InvalidMessage, TemplateNotUsable, OptedOut or AnsweredMeanwhile; then nothing is stored.
	"""
	return _queue(chat, _template(chat, to, content_sid, variables, request), request)


def send_again(chat: ChatService, message: str, request: SendRequest) -> Message:
	"""Queue a copy of a message that failed or whose outcome is unknown, with its file, under the rules for a new one."""
	original = chat.store.message(message)
	if original is None or not may_send_again(original, chat.clock.now_ms()):
		raise InvalidMessage(NOT_AGAIN)
	request = replace(request, media=original.media[0] if original.media else None)
	if original.freeform:
		return _queue(chat, _freeform(chat, original.conversation, original.body, request), request)
	variables = json.loads(original.content_variables or "{}")
	draft = _template(chat, original.conversation, original.content_template, variables, request)
	return _queue(chat, draft, request, copied=original)


def _freeform(chat: ChatService, conversation: str, body: str, request: SendRequest) -> _Draft:
	return _Draft(
		lambda: chat.store.lock(conversation),
		lambda row: freeform_message(row, body, chat.clock.now_ms(), request.media),
		lambda first: first.freeform and first.body == body and _has_file(first, request),
	)


def _template(
	chat: ChatService,
	to: str | NewChat,
	content_sid: str,
	variables: Mapping[str, object],
	request: SendRequest,
) -> _Draft:
	store = chat.store

	def lock() -> Conversation | None:
		if isinstance(to, str):
			return store.lock(to)
		return get_or_create_locked(to.lead, to.business_address, store=store)

	return _Draft(
		lock,
		lambda row: template_message(
			row, store.template(content_sid), variables, chat.clock.now_ms(), request.media
		),
		lambda first: _is_template(first, content_sid, variables) and _has_file(first, request),
	)


def may_send_again(message: Message, now_ms: int) -> bool:
	"""Whether a copy may be sent: after a failure, or once reconciling has not found out whether it was sent."""
	if message.sent_outside:
		return False
	if message.delivery_status in status.FAILURES:
		return True
	if message.delivery_status != status.UNKNOWN:
		return False
	return message.error_code == NOT_LISTED or now_ms - message.claimed_at_ms >= RECONCILE_FOR_MS


def usable_templates(chat: ChatService, conversation: Conversation | None) -> list[ContentTemplate]:
	"""The approved templates that may be sent in the current state of the window, and those that this app cannot send."""
	now = window(conversation, chat.clock.now_ms())
	return [template for template in chat.store.templates() if is_shown(template, now)]


def freeform_message(
	conversation: Conversation | None, body: str, now_ms: int, media: Media | None = None
) -> Message:
	"""The outbox row of a freeform reply; raises InvalidMessage, WindowClosed or OptedOut where it may not be sent."""
	_require_body(body, media)
	now = window(conversation, now_ms)
	_require_opted_in(now)
	if conversation is None or not now.freeform_allowed:
		raise WindowClosed(now)
	kind, files = (media_kind(media.type), (media,)) if media else (TEXT, ())
	return replace(_row(conversation, now_ms, kind, body), media=files)


def template_message(
	conversation: Conversation,
	template: ContentTemplate | None,
	variables: Mapping[str, object],
	now_ms: int,
	media: Media | None = None,
) -> Message:
	"""The outbox row of a template, with the file for which it has a variable; its body is the text as the customer will read it."""
	now = window(conversation, now_ms)
	_require_opted_in(now)
	usable = require_usable(template, now)
	if media:
		_require_file_variable(usable).require_fitting(media)
	values = filled(usable, variables, has_file=bool(media))
	return replace(
		_row(conversation, now_ms, TEMPLATE, rendered(usable.body, values)),
		content_template=usable.content_sid,
		content_variables=json.dumps(values, ensure_ascii=False),
		media=(media,) if media else (),
	)


def queue_locked(
	store: Store, locked: Conversation, message: Message, client_key: str, *, author: str
) -> Message:
	"""Inside the transaction that has locked the conversation: the message as it is to be stored, now the conversation's latest and
	an answer to what came before.

	The caller stores it: a use case by the store, a host's document by itself.
	"""
	store.change_conversation(locked.name, **changes_by(message, locked))
	return replace(message, owner=author, client_key=client_key)


def changes_by(message: Message, conversation: Conversation) -> dict[str, Any]:
	"""The changes of a conversation by its new message of ours."""
	newest = latest(conversation, message.sent_at_ms, message.preview)
	return newest | work_state.answered_by(message)


def publish_queued(events: EventPublisher, conversation: str) -> None:
	"""After the commit: the dispatcher is enqueued, and open screens are refreshed."""
	events.outbox_filled()
	events.conversation_changed(conversation)


def _queue(
	chat: ChatService, draft: _Draft, request: SendRequest, *, copied: Message | None = None
) -> Message:
	"""`copied`: the message of which it is a copy, of a batch perhaps."""
	require_client_key(request.client_key)
	of_batch = row_of_key(copied.client_key) if copied else None
	try:
		message = chat.store.transaction(partial(_write, chat.store, draft, request, of_batch))
	except AlreadyStored:
		raise InvalidMessage(KEY_USED) from None
	publish_queued(chat.events, message.conversation)
	return message


def _write(
	store: Store, draft: _Draft, request: SendRequest, of_batch: tuple[str, int, int] | None
) -> Message:
	"""Inside a transaction: the message with this key, stored now or before."""
	if of_batch:
		store.lock_batch(of_batch[0])  # before the conversation, as whoever hands its rows over does
	row = draft.lock()
	if row is None:
		raise InvalidMessage(_lt("This chat no longer exists. Reload the lead."))
	first = store.message_with_client_key(request.client_key)
	if first:
		_require_the_same(first, row, draft, request)
		return first
	message = draft.compose(row)
	answer = None if request.seen is None else store.answer_after(row.name, request.seen, request.author)
	if answer:
		raise AnsweredMeanwhile(answer)
	added = store.add_message(queue_locked(store, row, message, request.client_key, author=request.author))
	if of_batch:
		_take_from_batch(store, added, *of_batch)
	if not (request.attach and request.media):
		return added
	request.attach(added)
	return store.message(added.name) or added


def _require_the_same(first: Message, row: Conversation, draft: _Draft, request: SendRequest) -> None:
	"""Raise InvalidMessage unless the message that is stored with this key is the one that is asked for."""
	given = (request.client_key, request.author, row.name)
	if (first.client_key, first.owner, first.conversation) != given or not draft.is_the_same(first):
		raise InvalidMessage(KEY_USED)


def _take_from_batch(store: Store, copy: Message, batch: str, position: int, attempt: int) -> None:
	"""Inside a transaction that has locked the batch: the copy that an agent sends takes the place of the row's message, whatever is
	reported of that one later. Raises InvalidMessage where there is a further attempt: that is the one."""
	row = store.row_at(batch, position)
	if row and row.attempt != attempt:
		raise InvalidMessage(NOT_AGAIN)
	if row:
		store.change_rows({row.name: handed_over_as(copy)})


def _has_file(first: Message, request: SendRequest) -> bool:
	own, media = first.media[0] if first.media else None, request.media
	if not (own and media):
		return own is media
	return own.type == media.type and request.has_same_content(own, media)


def _require_file_variable(template: ContentTemplate) -> FileVariable:
	if template.file is None:
		raise InvalidMessage(_lt("This template takes no file. Sync the templates, then try again."))
	return template.file


def _is_template(first: Message, content_sid: str, variables: Mapping[str, object]) -> bool:
	return first.content_template == content_sid and json.loads(first.content_variables or "{}") == as_texts(
		variables
	)


def _row(conversation: Conversation, now_ms: int, kind: str, body: str) -> Message:
	"""Its time is after that of every stored message, so that it is sent in order, also after the clock was set back."""
	latest_ms = conversation.last_message_at_ms
	return Message(
		conversation=conversation.name,
		direction=OUTBOUND,
		kind=kind,
		body=body,
		sent_at_ms=now_ms if now_ms >= latest_ms else latest_ms + 1,
		sent_at_source=RECORD,
		stored_at_ms=work_state.next_stored_at_ms(conversation, now_ms),
		delivery_status=status.QUEUED,
		next_attempt_at_ms=now_ms,
	)


def _require_body(body: str, media: Media | None) -> None:
	require_readable(body)
	if media:
		require_sendable(media, body)
	elif not body.strip():
		raise InvalidMessage(_lt("Write a message first."))
	if len(body) > MAX_BODY:
		raise InvalidMessage(_lt("{0} characters: WhatsApp accepts {1}."), len(body), MAX_BODY)


def require_client_key(client_key: str) -> None:
	"""Raise InvalidMessage unless every store can hold the key unchanged, and it is none of a batch."""
	is_held = len(client_key) <= MAX_CLIENT_KEY and CLIENT_KEY.fullmatch(client_key)
	# A database may compare without case.
	if not is_held or client_key.lower().startswith(KEY_PREFIX):
		raise InvalidMessage(
			_lt("A sending needs a client key of 1 to {0} letters, digits or signs such as dashes."),
			MAX_CLIENT_KEY,
		)


def _require_opted_in(now: Window) -> None:
	if now.state in SENDING_FORBIDDEN:
		raise OptedOut(now)
