"""The panel's calls, the same on every host: permission, choice of the conversation, answer."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from . import (
	contacts,
	fetch_files,
	outbound,
	quick_reply,
	read_state,
	record_chats,
	serializers,
)
from .arguments import from_json
from .errors import AnsweredMeanwhile, InvalidMessage, NotPermitted, NotSetUp, WindowClosed
from .hosts import Host
from .message import BUTTON, IMPORT, Conversation, Lead, Media, Message, Record, has_author
from .outbound import NewChat, SendRequest
from .received import Received
from .search import words_of
from .sentences import Locale, _lt
from .template import as_texts
from .typing_indicator import show_typing
from .window import window_at

PAGE = 50
# For so long one call searches a chat, but for what it has begun.
SEARCH_MS = 100
IMPORTED = _lt("imported")


class Panel:
	"""What one user does in the chat of a lead. Every method returns a dict of the HTTP API (see serializers.py) or raises
	ChatError."""

	def __init__(self, host: Host):
		self.host = host
		self.chat, self.store = host.chat, host.chat.store

	def window(self, doctype: str, name: str, conversation: str = "") -> dict[str, object]:
		"""The window, and how many of the chat's messages the user has not read; `unread` is 0 for who may not read them."""
		lead, existing = self._lead(doctype, name)
		chosen = record_chats.choose(lead, existing, conversation)
		return record_chats.window_to_dict(lead, chosen, self.host) | {"unread": self._unread(chosen)}

	def open(self, doctype: str, name: str, conversation: str = "") -> dict[str, object]:
		lead, existing = self._lead(doctype, name)
		chosen = record_chats.choose(lead, existing, conversation)
		read_state.opened(self.chat, self.host.user)
		readable = chosen if chosen and self.host.has_chat_permission(chosen, "read") else None
		writable = chosen is None or self.host.has_chat_permission(chosen, "write")
		record = self.host.records([readable]).get(readable.name, Record()) if readable else Record()
		own = (readable.lead_doctype, readable.lead) if readable and readable.lead else None
		# An assignment is of the chat's own record, which Frappe would share with the assignee.
		may_assign = own is not None and self.host.has_lead_permission(*own, "write")
		return {
			"conversations": record_chats.menu(lead, existing, self.host),
			"conversation": chosen.name if chosen else None,
			"window": record_chats.window_to_dict(lead, chosen, self.host),
			"messages": self._to_dicts(self.store.messages(readable.name, limit=PAGE)) if readable else [],
			**serializers.people_to_dict(record, self.host.full_name),
			"present": self._present(readable.name) if readable else [],
			"may_assign": may_assign,
			"may_take": may_assign and record.assigned != (self.host.user,),
			"may_reply": writable and self.host.has_lead_permission(doctype, name, "write"),
			"sender_problem": self._sender_problem(chosen),
		}

	def _unread(self, chosen: Conversation | None) -> int:
		if not (chosen and self.host.has_chat_permission(chosen, "read")):
			return 0
		read_state.opened(self.chat, self.host.user)
		return read_state.unread_counts(self.chat, self.host.user, [chosen])[chosen.name]

	def older(self, conversation: str, before: str) -> list[dict[str, object]]:
		self._require(self.store.conversation(conversation), "read")
		return self._to_dicts(self.store.messages(conversation, before=before, limit=PAGE))

	def newer(self, conversation: str, after: str) -> list[dict[str, object]]:
		self._require(self.store.conversation(conversation), "read")
		return self._to_dicts(self.store.messages(conversation, after=after, limit=PAGE))

	def search(self, conversation: str, words: str, before: str = "") -> dict[str, object]:
		"""`messages` with these words, the newest first; `next`: where to search on as `before`, None where all were searched."""
		self._require(self.store.conversation(conversation), "read")
		given, until_ms = words_of(words), self.chat.clock.now_ms() + SEARCH_MS
		found: list[Message] = []
		is_over = not given
		while not is_over:
			left = PAGE - len(found)
			more, before = self.store.search_messages(conversation, given, before=before, limit=left)
			found += more
			is_over = not before or len(found) == PAGE or self.chat.clock.now_ms() >= until_ms
		return {"messages": self._to_dicts(found), "next": (given and before) or None}

	def around(self, message: str) -> dict[str, object]:
		"""A message with the page `before` and the page `after` it."""
		found, conversation = self._message_in_chat(message, "read")
		before = self.store.messages(conversation.name, before=message, limit=PAGE)
		after = self.store.messages(conversation.name, after=message, limit=PAGE)
		return {
			"before": self._to_dicts(before),
			"message": self._to_dicts([found])[0],
			"after": self._to_dicts(after),
		}

	def reply(
		self,
		doctype: str,
		name: str,
		body: str,
		client_key: str,
		conversation: str = "",
		file: str = "",
		seen: str | None = None,
	) -> dict[str, object]:
		_, chosen = self._answerable(doctype, name, conversation)
		if chosen is None:
			raise WindowClosed(window_at(0, self.chat.clock.now_ms()))
		request = self._request(client_key, seen, self.host.attachment(file) if file else None)
		return self._sent(lambda: outbound.reply(self.chat, chosen.name, body, request))

	def send_template(
		self,
		doctype: str,
		name: str,
		content_sid: str,
		variables: Mapping[str, object] | str | None,
		client_key: str,
		conversation: str = "",
		seen: str | None = None,
		*,
		file: str = "",
	) -> dict[str, object]:
		lead, chosen = self._answerable(doctype, name, conversation)
		values = parse_variables(variables)
		attached = self._template_file(content_sid, file) if file else None
		request = self._request(client_key, seen, attached)
		to = chosen.name if chosen else NewChat(lead, self.host.default_sender().address)
		return self._sent(lambda: outbound.send_template(self.chat, to, content_sid, values, request))

	def _request(self, client_key: str, seen: str | None, media: Media | None) -> SendRequest:
		host = self.host
		return SendRequest(client_key, host.user, seen, media, host.attach, host.has_same_content)

	def _template_file(self, content_sid: str, file: str) -> Media:
		"""The file for a template whose media URL can lead to this host. Raises InvalidMessage or NotPermitted."""
		template = self.store.template(content_sid)
		variable = template.file if template else None
		if variable and not variable.takes(self.host.file_address()):
			raise InvalidMessage(
				_lt("This template takes its file from {0} only: enter the rest of the address."),
				variable.address,
			)
		return self.host.attachment(file)

	def send_again(self, message: str, client_key: str, seen: str | None = None) -> dict[str, object]:
		original, conversation = self._message_in_chat(message, "write")
		self._require_ready(conversation)
		explanation = self.host.explain(original)
		if original.error_code and not explanation.may_be_repeated:
			raise InvalidMessage(explanation.sentence.text, *explanation.sentence.values)
		request = replace(
			self._request(client_key, seen, None), attach=lambda copy: self.host.attach(copy, source=message)
		)
		return self._sent(lambda: outbound.send_again(self.chat, message, request))

	def fetch_media(self, message: str) -> dict[str, object]:
		stored, _ = self._message_in_chat(message, "read")
		fetch_files.fetch_again(self.chat, stored)
		waiting, _ = self._message_in_chat(message, "read")
		return self._to_dicts([waiting])[0]

	def contacts(self, message: str) -> dict[str, object]:
		"""The contacts of a message's cards; see `contacts.to_dict`."""
		stored, _ = self._message_in_chat(message, "read")
		return contacts.to_dict(contacts.of_message(stored, self.host), self.host)

	def other_leads(self, doctype: str, name: str, conversation: str = "") -> list[dict[str, object]]:
		"""Other leads with the number of the chat that is shown; see `contacts.others_with`."""
		lead, existing = self._lead(doctype, name)
		chosen = record_chats.choose(lead, existing, conversation)
		shown = Lead(chosen.lead_doctype, chosen.lead) if chosen and lead.conversation else lead
		return contacts.others_with(chosen.customer_phone if chosen else lead.phone, shown, self.host)

	def create_lead(self, lead_name: str, phone: str) -> dict[str, str]:
		return contacts.create_lead(lead_name, phone, self.host)

	def mark_read(self, conversation: str, seen: str = "") -> None:
		self._require(self.store.conversation(conversation), "read")
		read_state.mark_read(self.chat, self.host.user, conversation, seen=seen)

	def look(self, conversation: str, writing: bool) -> list[dict[str, object]]:
		"""Note that the user is looking at a chat that they may read, and is writing there; returns which colleagues are there."""
		row = self._require(self.store.conversation(conversation), "read")
		if self.host.presence.look(conversation, self.host.user, writing=writing):
			self.host.presence_changed(conversation)
		if writing:
			show_typing(row, self.host)
		return self._present(conversation)

	def leave(self, conversation: str) -> None:
		"""The user has closed the chat."""
		self._require(self.store.conversation(conversation), "read")
		if self.host.presence.leave(conversation, self.host.user):
			self.host.presence_changed(conversation)

	def records(self, doctype: str, name: str, conversation: str = "") -> list[tuple[str, str]]:
		"""The DocTypes and names of the records whose documents may be sent to this chat: the one that it is opened on, and its own.
		Raises NotPermitted unless the user may answer the chat."""
		_, chosen = self._answerable(doctype, name, conversation)
		own = [(chosen.lead_doctype, chosen.lead)] if chosen and chosen.lead else []
		return list(dict.fromkeys([(doctype, name), *own]))

	def usable_templates(self, doctype: str, name: str, conversation: str = "") -> list[dict[str, object]]:
		lead, existing = self._lead(doctype, name)
		chosen = record_chats.choose(lead, existing, conversation)
		if chosen:
			self.host.require_sender(chosen.business_address)
		ready = outbound.usable_templates(self.chat, chosen)
		about = record_chats.subject(lead, chosen, self.host)
		value_of = self.host.lead_values(*about)
		label_of = partial(self.host.lead_label, *about)
		files, locale = self.host.file_address(), self.host.locale()
		return [
			serializers.template_to_dict(template, value_of, label_of, files, locale) for template in ready
		]

	def quick_replies(self, doctype: str, name: str, conversation: str = "") -> list[dict[str, object]]:
		"""The user's quick replies, filled with the fields of this lead, or of the record of its contact's chat."""
		self._require_lead(doctype, name, "read")
		about = (doctype, name)
		if conversation:
			lead, existing = self._lead(doctype, name)
			about = record_chats.subject(lead, record_chats.choose(lead, existing, conversation), self.host)
		value_of = self.host.lead_values(*about)
		values = {field: value_of(field) for field in self.host.reply_fields(*about)}
		replies, locale = self.host.quick_replies(), self.host.locale()
		return [quick_reply.to_dict(each, values, locale) for each in replies]

	def add_quick_reply(self, title: str, text: str, shortcut: str = "") -> dict[str, object]:
		"""Keep a text as the user's own quick reply; returns its `name`, and `warnings` of its placeholders."""
		if not (title.strip() and text.strip()):
			raise InvalidMessage(_lt("A quick reply needs a title and a text."))
		name = self.host.add_quick_reply(title.strip(), text.strip(), shortcut)
		said = quick_reply.warnings(text, self.host.known_reply_fields())
		return {"name": name, "warnings": [each.render(self.host.locale()) for each in said]}

	def _present(self, conversation: str) -> list[dict[str, object]]:
		present = self.host.presence.present(conversation)
		return [
			{"user": each.user, "full_name": self.host.full_name(each.user), "writing_ms": each.writing_ms}
			for each in present
			if each.user != self.host.user
		]

	def _lead(self, doctype: str, name: str) -> tuple[Lead, record_chats.Chats]:
		self._require_lead(doctype, name, "read")
		lead = self.host.lead(doctype, name)
		return lead, record_chats.chats_of(lead, self.host)

	def _answerable(self, doctype: str, name: str, conversation: str) -> tuple[Lead, Conversation | None]:
		"""The lead and the conversation in which the user may write; messages also need their own lead's permission."""
		self._require_lead(doctype, name, "write")
		lead, existing = self._lead(doctype, name)
		chosen = record_chats.choose(lead, existing, conversation)
		if chosen:
			self._require(chosen, "write")
		self._require_ready(chosen)
		return lead, chosen

	def _require_ready(self, chosen: Conversation | None) -> None:
		"""Raise NotSetUp unless messages can be sent, in this conversation or a new one."""
		self.host.require_configured()
		if chosen:
			self.host.require_sender(chosen.business_address)

	def _sender_problem(self, chosen: Conversation | None) -> str | None:
		"""Why nobody can reply in this conversation, whatever their permissions."""
		try:
			if chosen:
				self.host.require_sender(chosen.business_address)
		except NotSetUp as problem:
			return problem.sentence.render(self.host.locale())
		return None

	def _require_lead(self, doctype: str, name: str, ptype: str) -> None:
		if not self.host.has_lead_permission(doctype, name, ptype):
			raise NotPermitted

	def _require(self, conversation: Conversation | None, ptype: str) -> Conversation:
		if conversation is None or not self.host.has_chat_permission(conversation, ptype):
			raise NotPermitted
		return conversation

	def _message_in_chat(self, name: str, ptype: str) -> tuple[Message, Conversation]:
		"""A message with its conversation, for which the user needs the right."""
		message = self.store.message(name)
		if message is None:
			raise NotPermitted
		return message, self._require(self.store.conversation(message.conversation), ptype)

	def _to_dicts(self, messages: list[Message]) -> list[dict[str, object]]:
		locale, now_ms = self.host.locale(), self.chat.clock.now_ms()
		received = self.host.received(messages)
		by_sid = {message.message_sid: message for message in messages}
		return [
			self._message(message, locale, now_ms, received.get(message.name, Received()), by_sid)
			for message in messages
		]

	def _message(
		self,
		message: Message,
		locale: Locale,
		now_ms: int,
		received: Received,
		by_sid: Mapping[str, Message],
	) -> dict[str, object]:
		explanation = self.host.explain(message) if message.error_code else None
		may_be_repeated = explanation is None or explanation.may_be_repeated
		return serializers.message_to_dict(
			message,
			error_text=explanation.sentence.render(locale) if explanation else None,
			may_send_again=may_be_repeated and outbound.may_send_again(message, now_ms),
			author=self._author(message, locale),
			is_mine=has_author(message) and message.owner == self.host.user,
			received=received,
			options=self._options(message, received, by_sid),
		)

	def _author(self, message: Message, locale: Locale) -> str:
		if has_author(message):
			return self.host.full_name(message.owner)
		return locale.translate(IMPORTED) if message.sent_outside and message.sent_at_source == IMPORT else ""

	def _options(
		self, message: Message, received: Received, by_sid: Mapping[str, Message]
	) -> tuple[str, ...]:
		"""What the customer could pick from: the list, else the buttons, of the template that the message answers, as it was sent."""
		if not message.replied_to_sid or not (message.kind == BUTTON or received.picked):
			return ()
		original = by_sid.get(message.replied_to_sid) or self.store.message_with_sid(message.replied_to_sid)
		if original is None or original.conversation != message.conversation:
			return ()
		template = self.store.template(original.content_template) if original.content_template else None
		return template.options(as_texts(parse_variables(original.content_variables))) if template else ()

	def _sent(self, send: Callable[[], Message]) -> dict[str, object]:
		try:
			sent = send()
		except AnsweredMeanwhile as error:
			answer = error.answer
			author = self.host.full_name(answer.owner) if has_author(answer) else ""
			raise AnsweredMeanwhile(answer, author) from None
		if self.host.presence.stop_writing(sent.conversation, self.host.user):
			self.host.presence_changed(sent.conversation)
		return self._to_dicts([sent])[0]


def parse_variables(variables: Mapping[str, object] | str | None) -> Mapping[str, object]:
	"""The variables of a template, given as an object or as the JSON text of one. Raises InvalidArgument or InvalidMessage."""
	values = from_json(variables or "{}") if isinstance(variables, str | None) else variables
	if not isinstance(values, Mapping):
		raise InvalidMessage(_lt("The template's variables must be given as an object of names and values."))
	return values
