"""The panel's calls, the same on every host: who may, which conversation is meant, what is answered."""

from collections.abc import Mapping

from . import conversations, media, outbound, shapes
from .arguments import from_json
from .errors import InvalidMessage, NoNumber, NotPermitted, NotSetUp, WindowClosed
from .message import Conversation, Lead, Message
from .ports import Host
from .window import window_at
from .words import Words, _lt

PAGE = 50


class Panel:
	"""What one user does in the chat of a lead. Every method answers in the shapes of the HTTP API or raises ChatError."""

	def __init__(self, host: Host):
		self.host = host
		self.store = host.store

	def window(self, doctype: str, name: str, conversation: str = "") -> dict:
		lead, known = self._lead(doctype, name)
		return self._window(lead, conversations.choose(known, conversation or lead.conversation))

	def open(self, doctype: str, name: str, conversation: str = "") -> dict:
		lead, known = self._lead(doctype, name)
		chosen = conversations.choose(known, conversation or lead.conversation)
		readable = bool(chosen) and self.host.may(chosen, "read")
		writable = chosen is None or self.host.may(chosen, "write")
		return {
			"conversations": [self._conversation(row) for row in known],
			"conversation": chosen.name if chosen else None,
			"window": self._window(lead, chosen),
			"messages": self._shown(self.store.messages(chosen.name, limit=PAGE)) if readable else [],
			"may_reply": writable and self.host.may_lead(doctype, name, "write"),
			"sender_problem": self._sender_problem(chosen),
		}

	def older(self, conversation: str, before: str) -> list[dict]:
		self._require(self.store.conversation(conversation), "read")
		return self._shown(self.store.messages(conversation, before=before, limit=PAGE))

	def reply(
		self, doctype: str, name: str, body: str, client_key: str, conversation: str = "", file: str = ""
	) -> dict:
		_, chosen = self._answerable(doctype, name, conversation)
		if chosen is None:
			raise WindowClosed(window_at(0, self.host.clock.now_ms()))
		attached = self.host.attachment(file) if file else None
		of_file = {"attach": self.host.attach, "has_same_content": self.host.has_same_content}
		return self._sent(
			outbound.reply(chosen.name, body, client_key, media=attached, **of_file, **self._outside())
		)

	def send_template(
		self,
		doctype: str,
		name: str,
		content_sid: str,
		variables: Mapping | str | None,
		client_key: str,
		conversation: str = "",
	) -> dict:
		lead, chosen = self._answerable(doctype, name, conversation)
		values, outside = object_of(variables), self._outside()
		if chosen:
			sent = outbound.send_template(chosen.name, content_sid, values, client_key, **outside)
		else:
			sender = self.host.default_sender().address
			sent = outbound.send_first_template(lead, sender, content_sid, values, client_key, **outside)
		return self._sent(sent)

	def send_again(self, message: str, client_key: str) -> dict:
		original = self.store.message(message)
		conversation = self.store.conversation(original.conversation) if original else None
		self._require(conversation, "write")
		self._require_ready(conversation)
		explanation = self.host.explain(original)
		if original.error_code and not explanation.may_be_repeated:
			raise InvalidMessage(explanation.sentence.text, *explanation.sentence.values)
		of_file = {
			"attach": lambda copy: self.host.attach(copy, source=message),
			"has_same_content": self.host.has_same_content,
		}
		return self._sent(outbound.send_again(message, client_key, **of_file, **self._outside()))

	def fetch_media(self, message: str) -> dict:
		known = self.store.message(message)
		self._require(self.store.conversation(known.conversation) if known else None, "read")
		media.fetch_again(known, store=self.store, announcer=self.host.announcer)
		return self._sent(self.store.message(message))

	def mark_read(self, conversation: str) -> None:
		self._require(self.store.conversation(conversation), "read")
		conversations.mark_read(conversation, store=self.store, announcer=self.host.announcer)

	def usable_templates(self, doctype: str, name: str, conversation: str = "") -> list[dict]:
		lead, known = self._lead(doctype, name)
		chosen = conversations.choose(known, conversation or lead.conversation)
		if chosen:
			self.host.require_sender(chosen.business_address)
		ready = outbound.usable_templates(chosen, self.host.clock.now_ms(), store=self.store)
		value_of = self.host.lead_values(doctype, name)
		return [shapes.template_shown(template, value_of) for template in ready]

	def _lead(self, doctype: str, name: str) -> tuple[Lead, list[Conversation]]:
		self._require_lead(doctype, name, "read")
		lead = self.host.lead(doctype, name)
		known = self.store.conversations_of(lead)
		if not (lead.phone or known):
			raise NoNumber
		return lead, known

	def _answerable(self, doctype: str, name: str, conversation: str) -> tuple[Lead, Conversation | None]:
		"""The lead and the conversation in which the user may write; messages also need their own lead's permission."""
		self._require_lead(doctype, name, "write")
		lead, known = self._lead(doctype, name)
		chosen = conversations.choose(known, conversation or lead.conversation)
		if chosen:
			self._require(chosen, "write")
		self._require_ready(chosen)
		return lead, chosen

	def _require_ready(self, chosen: Conversation | None) -> None:
		"""Raise NotSetUp unless messages can be sent, in this conversation or a new one."""
		self.host.require_set_up()
		if chosen:
			self.host.require_sender(chosen.business_address)

	def _sender_problem(self, chosen: Conversation | None) -> str | None:
		"""Why nobody can reply in this conversation, whoever may."""
		try:
			if chosen:
				self.host.require_sender(chosen.business_address)
		except NotSetUp as problem:
			return problem.sentence.told(self.host.words())
		return None

	def _require_lead(self, doctype: str, name: str, ptype: str) -> None:
		if not self.host.may_lead(doctype, name, ptype):
			raise NotPermitted

	def _require(self, conversation: Conversation | None, ptype: str) -> None:
		if conversation is None or not self.host.may(conversation, ptype):
			raise NotPermitted

	def _window(self, lead: Lead, conversation: Conversation | None) -> dict:
		sender = self.host.default_sender().address if conversation is None else ""
		return self._window_of(conversation or conversations.not_begun(lead, sender, store=self.store))

	def _window_of(self, row: Conversation) -> dict:
		now = conversations.window(row, self.host.clock.now_ms(), closing_ms=self.host.closing_ms())
		return shapes.window_shown(now, row.customer_address, row.business_address, self.host.words())

	def _conversation(self, row: Conversation) -> dict:
		return shapes.conversation_shown(
			row, self.host.label_of(row.business_address), self.host.may(row, "read")
		)

	def _shown(self, messages: list[Message]) -> list[dict]:
		words, now_ms = self.host.words(), self.host.clock.now_ms()
		return [self._message(message, words, now_ms) for message in messages]

	def _message(self, message: Message, words: Words, now_ms: int) -> dict:
		explanation = self.host.explain(message) if message.error_code else None
		may_be_repeated = explanation is None or explanation.may_be_repeated
		return shapes.message_shown(
			message,
			error_text=explanation.sentence.told(words) if explanation else None,
			may_send_again=may_be_repeated and outbound.may_send_again(message, now_ms),
		)

	def _sent(self, message: Message) -> dict:
		return self._shown([message])[0]

	def _outside(self) -> dict:
		host = self.host
		return {"author": host.user, "store": host.store, "announcer": host.announcer, "clock": host.clock}


def object_of(variables: Mapping | str | None) -> Mapping:
	"""The variables of a template, given as an object or as its JSON text. Raises InvalidArgument or InvalidMessage."""
	values = from_json(variables or "{}") if isinstance(variables, str | None) else variables
	if not isinstance(values, Mapping):
		raise InvalidMessage(_lt("The template's variables must be given as an object of names and values."))
	return values
