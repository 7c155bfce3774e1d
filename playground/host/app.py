"""The playground's HTTP server: the paths and the response format of a Frappe site, and the pages with the panel."""

import json
from collections.abc import Callable
from pathlib import Path

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.middleware.shared_data import SharedDataMiddleware
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from wa_window.chat import tracking
from wa_window.chat.arguments import names_in, require_readable, whole_number
from wa_window.chat.chat_list import NEEDS_REPLY
from wa_window.chat.errors import ChatError, InvalidArgument, InvalidMessage, NotPermitted
from wa_window.chat.inbound import receive
from wa_window.chat.inbox import ROWS, Inbox
from wa_window.chat.panel import Panel
from wa_window.chat.sentences import Locale, _lt
from wa_window.twilio_channel.connection import account_of
from wa_window.twilio_channel.media import content_disposition
from wa_window.twilio_channel.signature import candidate_urls, is_genuine
from wa_window.twilio_channel.webhook import inbound_message, require_size, status_report

from ..translations import APP, PLAYGROUND, javascript
from . import batches
from .host import NAMES, EmbeddedHost, file_url, person
from .story import Story

HERE = Path(__file__).parent
PUBLIC = HERE.parents[1] / "wa_window" / "public"
LARGEST_REQUEST = 20 * 1000 * 1000
# The browser must not run a customer's file as a page of this site.
FILE_HEADERS = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}

# First name of the agent who looks at the page; the playground has no passwords.
AGENT_HEADER = "X-Playground-Agent"
NUMBERS = ("until_ms",)

Call = Callable[[EmbeddedHost, dict], object]


def _about(arguments: dict) -> tuple[str, str, str]:
	return arguments["lead_doctype"], arguments["lead"], arguments.get("conversation") or ""


def _reply(host: EmbeddedHost, given: dict) -> dict:
	doctype, lead, conversation = _about(given)
	body, file = given.get("body") or "", given.get("file") or ""
	return Panel(host).reply(doctype, lead, body, given["client_key"], conversation, file, given.get("seen"))


def _send_template(host: EmbeddedHost, given: dict) -> dict:
	doctype, lead, conversation = _about(given)
	variables, file = given.get("variables"), given.get("file") or ""
	key, seen = given["client_key"], given.get("seen")
	return Panel(host).send_template(
		doctype, lead, given["content_sid"], variables, key, conversation, seen, file=file
	)


def _chats(host: EmbeddedHost, given: dict) -> dict:
	names = given.get("conversations")
	return Inbox(host).chats(
		given.get("queue") or NEEDS_REPLY,
		given.get("state") or "",
		given.get("sender") or "",
		given.get("search") or "",
		given.get("after") or "",
		whole_number(given.get("limit") or ROWS),
		names_in(names) if names else None,
		batch=given.get("batch") or "",
	)


METHODS: dict[str, tuple[str, Call]] = {
	"chat.window": ("GET", lambda host, given: Panel(host).window(*_about(given))),
	"chat.open": ("GET", lambda host, given: Panel(host).open(*_about(given))),
	"chat.older": ("GET", lambda host, given: Panel(host).older(given["conversation"], given["before"])),
	"chat.newer": ("GET", lambda host, given: Panel(host).newer(given["conversation"], given["after"])),
	"chat.search": (
		"POST",
		lambda host, given: Panel(host).search(
			given["conversation"], given["words"], given.get("before") or ""
		),
	),
	"chat.around": ("GET", lambda host, given: Panel(host).around(given["message"])),
	"chat.reply": ("POST", _reply),
	"chat.send_template": ("POST", _send_template),
	"chat.send_again": (
		"POST",
		lambda host, given: Panel(host).send_again(given["message"], given["client_key"], given.get("seen")),
	),
	"chat.fetch_media": ("POST", lambda host, given: Panel(host).fetch_media(given["message"])),
	"chat.contacts": ("GET", lambda host, given: Panel(host).contacts(given["message"])),
	"chat.other_leads": (
		"GET",
		lambda host, given: Panel(host).other_leads(
			given["lead_doctype"], given["lead"], given.get("conversation", "")
		),
	),
	"chat.number_change": (
		"POST",
		lambda host, given: host.details.number_change(given["lead"], given["values"]),
	),
	"chat.create_lead": (
		"POST",
		lambda host, given: Panel(host).create_lead(given["lead_name"], given["phone"]),
	),
	"chat.mark_read": (
		"POST",
		lambda host, given: Panel(host).mark_read(given["conversation"], given.get("seen") or ""),
	),
	"inbox.chats": ("GET", _chats),
	"inbox.done": (
		"POST",
		lambda host, given: Inbox(host).done(given["conversation"], given.get("seen") or ""),
	),
	"inbox.snooze": (
		"POST",
		lambda host, given: Inbox(host).snooze(given["conversation"], whole_number(given["until_ms"])),
	),
	"inbox.consent": ("GET", lambda host, given: Inbox(host).consent(given["conversation"])),
	"inbox.set_consent": (
		"POST",
		lambda host, given: Inbox(host).set_consent(
			given["conversation"],
			given["source"],
			whole_number(given.get("at_ms") or 0),
			given.get("note") or "",
		),
	),
	"inbox.mark_unread": ("POST", lambda host, given: Inbox(host).mark_unread(given["conversation"])),
	"chat.presence": (
		"POST",
		lambda host, given: Panel(host).look(given["conversation"], given.get("writing") in ("1", "true")),
	),
	"chat.leave": ("POST", lambda host, given: Panel(host).leave(given["conversation"])),
	"inbox.take": ("POST", lambda host, given: host.hand_over(given["conversation"], host.user)),
	"inbox.assign": (
		"POST",
		lambda host, given: host.hand_over(given["conversation"], given["user"], given.get("note") or ""),
	),
	"inbox.assignable": ("GET", lambda host, given: [person(user) for user in NAMES]),
	"inbox.record": ("GET", lambda host, given: host.details.record(given["conversation"])),
	"inbox.note": ("POST", lambda host, given: host.details.note(given["conversation"], given["text"])),
	"inbox.set_field": (
		"POST",
		lambda host, given: host.details.set_field(
			given["conversation"], given["field"], given["value"], given.get("was")
		),
	),
	"quick_replies.for_lead": ("GET", lambda host, given: Panel(host).quick_replies(*_about(given))),
	"quick_replies.add": (
		"POST",
		lambda host, given: Panel(host).add_quick_reply(
			given["title"], given["text"], given.get("shortcut") or ""
		),
	),
	"documents.files": ("GET", lambda host, given: host.documents.files(*_about(given))),
	"documents.printable": ("GET", lambda host, given: host.documents.printable(*_about(given))),
	"documents.pdf": ("POST", lambda host, given: host.documents.pdf(*_about(given), given)),
	"templates.usable": ("GET", lambda host, given: Panel(host).usable_templates(*_about(given))),
	"templates.sync": ("POST", lambda host, given: host.sync_templates()),
	"settings.test_connection": ("POST", lambda host, given: _checks(host)),
	**batches.METHODS,
}

URLS = Map(
	[
		Rule("/", endpoint="inbox"),
		Rule("/lead/<name>", endpoint="lead"),
		Rule("/events", endpoint="events"),
		Rule("/translations.js", endpoint="translations"),
		Rule("/playground/state", endpoint="state"),
		Rule("/playground/clock", endpoint="clock", methods=["POST"]),
		Rule("/api/method/wa_window.api.webhook.inbound", endpoint="inbound", methods=["POST"]),
		Rule("/api/method/wa_window.api.webhook.status", endpoint="status", methods=["POST"]),
		Rule("/api/method/wa_window.api.<method>", endpoint="call"),
		Rule("/api/method/upload_file", endpoint="upload", methods=["POST"]),
		Rule("/files/<name>/<file_name>", endpoint="file"),
	]
)


def create_app(
	host: EmbeddedHost,
	*,
	phone_url: str = "",
	advance: Callable[[int], None] | None = None,
	story: Story | None = None,
):
	"""The WSGI application. `phone_url` is the simulated customer's phone, `advance` moves the shared clock (ms), `story` is
	what a newcomer tries."""
	pages = Pages(host, phone_url, advance, story)
	files = {
		"/static": str(HERE / "static"),
		"/wa_chat": str(PUBLIC / "js" / "wa_chat"),
		"/wa_inbox": str(PUBLIC / "js" / "wa_inbox"),
		"/wa_batches": str(PUBLIC / "js" / "wa_batches"),
		"/css": str(PUBLIC / "css"),
	}
	return SharedDataMiddleware(pages, files, cache=False)


class Pages:
	def __init__(
		self,
		host: EmbeddedHost,
		phone_url: str,
		advance: Callable[[int], None] | None,
		story: Story | None,
	):
		self.host = host
		self.phone_url = phone_url
		self.advance = advance
		self.story = story

	def __call__(self, environ, start_response):
		request = Request(environ)
		request.max_content_length = LARGEST_REQUEST
		try:
			endpoint, values = URLS.bind_to_environ(environ).match()
			response = getattr(self, endpoint)(request, **values)
		except ChatError as error:
			response = _error(error, self._host(request).locale())
		except HTTPException as error:
			response = error
		return response(environ, start_response)

	def _host(self, request: Request) -> EmbeddedHost:
		"""As who asks sees it."""
		language = request.accept_languages.best or ""
		return self.host.seen_by(request.headers.get(AGENT_HEADER, ""), language)

	# The API

	def call(self, request: Request, method: str) -> Response:
		if method not in METHODS or METHODS[method][0] != request.method:
			raise NotFound
		given = _arguments(request)
		texts = [value for name, value in given.items() if name not in NUMBERS]
		if not all(isinstance(value, str | dict | None) for value in texts):
			raise InvalidArgument(_lt("A call's arguments are texts, but for the variables of a template."))
		try:
			answer = METHODS[method][1](self._host(request), given)
		except KeyError as missing:
			raise InvalidArgument(_lt("{0} is missing."), missing.args[0]) from None
		return _json({"message": answer})

	def upload(self, request: Request) -> Response:
		"""Answers as Frappe's own upload does."""
		uploaded = request.files.get("file")
		if not (uploaded and uploaded.filename):
			raise InvalidMessage(_lt("{0} is missing."), "file")
		name = self.host.upload(uploaded.filename, uploaded.read())
		return _json({"message": {"name": name, "file_url": file_url(name, uploaded.filename)}})

	def file(self, request: Request, name: str, file_name: str) -> Response:
		stored = self.host.store.file(name)
		if stored is None:
			raise NotFound
		named = {"Content-Disposition": content_disposition(stored["file_name"], stored["type"])}
		return Response(stored["content"], mimetype=stored["type"], headers=FILE_HEADERS | named)

	def inbound(self, request: Request) -> Response:
		self._require_genuine(request)
		message = inbound_message(request.form, received_at_ms=self.host.clock.now_ms())
		receive(self.host.chat, message)
		return _empty_twiml()

	def status(self, request: Request) -> Response:
		self._require_genuine(request)
		name = request.args.get("message", "")
		report = status_report(request.form, message=name, reported_at_ms=self.host.clock.now_ms())
		tracking.track(self.host.chat, report)
		return _empty_twiml()

	def _require_genuine(self, request: Request) -> None:
		require_size(request.form)
		settings = self.host.settings
		urls = candidate_urls(
			settings.public_url, request.full_path.rstrip("?"), request.url, request.headers
		)
		signature = request.headers.get("X-Twilio-Signature")
		if not is_genuine(request.form, signature, urls, [settings.auth_token]):
			raise NotPermitted

	# The pages

	def inbox(self, request: Request) -> Response:
		return _page("inbox.html")

	def lead(self, request: Request, name: str) -> Response:
		if not self.host.leads.row(name):
			raise NotFound
		return _page("lead.html")

	def state(self, request: Request) -> Response:
		leads = [{key: row[key] for key in ("name", "lead_name", "phone")} for row in self.host.leads.all()]
		now_ms = self.host.clock.now_ms()
		story = self.story.steps(now_ms) if self.story else []
		return _json({"leads": leads[::-1], "phone_url": self.phone_url, "now_ms": now_ms, "story": story})

	def clock(self, request: Request) -> Response:
		if self.advance is None:
			raise NotFound
		try:
			self.advance(int(_arguments(request)["advance_ms"]))
		except (KeyError, TypeError, ValueError):
			raise InvalidMessage(_lt("Say by how many milliseconds the clock moves forward.")) from None
		return self.state(request)

	def events(self, request: Request) -> Response:
		return Response(self.host.page_events.stream(), mimetype="text/event-stream")

	def translations(self, request: Request) -> Response:
		script = javascript(request.args.get("lang", ""), APP, PLAYGROUND)
		return Response(script, mimetype="text/javascript")


def _error(error: ChatError, locale: Locale) -> Response:
	"""In Frappe's format: the messages are a JSON list of JSON strings."""
	sentence = error.sentence.render(locale).replace("<", "&lt;")
	body = {
		"exc_type": type(error).__name__,
		"_server_messages": json.dumps([json.dumps({"message": sentence})]),
		**({"details": error.details} if error.details else {}),
	}
	return _json(body, error.http_status_code)


def _page(name: str) -> Response:
	return Response((HERE / "static" / name).read_text(), mimetype="text/html")


def _checks(host: EmbeddedHost) -> list[dict]:
	try:
		return [{"name": "Twilio account", "ok": True, "words": account_of(host.channel()).name}]
	except ChatError as error:
		return [{"name": "Twilio account", "ok": False, "words": error.sentence.render(host.locale())}]


def _arguments(request: Request) -> dict:
	given = request.get_json(silent=True) if request.is_json else request.values.to_dict()
	if not isinstance(given, dict):
		raise InvalidArgument(_lt("The call's arguments must be a JSON object."))
	require_readable(given)
	return given


def _json(body: dict, status: int = 200) -> Response:
	return Response(json.dumps(body), status=status, mimetype="application/json")


def _empty_twiml() -> Response:
	return Response("<Response/>", mimetype="text/xml")
