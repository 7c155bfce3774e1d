"""Every call to Twilio fails in every way; then all logs and tables are searched for the tokens."""

import base64
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from unittest.mock import patch

import frappe
from frappe.utils import get_bench_path
from frappe.utils.background_jobs import get_redis_conn

from wa_window.frappe_host import settings as site_settings
from wa_window.frappe_host.desk import health
from wa_window.frappe_host.jobs import catch_up, dispatch, fetch_files, sweep, template_sync
from wa_window.tests.site_case import (
	ACCOUNT_SID,
	AGENT,
	AUTH_TOKEN,
	MANAGER,
	Panel,
	SiteCase,
	fill_in_settings,
	with_own_connection,
)

NEXT_TOKEN = "the-next-auth-token-of-a-test"
BASIC = base64.b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()
KEY_SID, KEY_SECRET = "SK" + "7" * 32, "the-secret-of-an-api-key"
BASIC_BY_KEY = base64.b64encode(f"{KEY_SID}:{KEY_SECRET}".encode()).decode()
SECRETS = (AUTH_TOKEN, NEXT_TOKEN, BASIC, KEY_SECRET, BASIC_BY_KEY)
ANSWERS = {
	"refused credentials": (401, b'{"code": 20003, "message": "Authenticate", "status": 401}'),
	"too many requests": (429, b'{"code": 20429, "message": "Too Many Requests", "status": 429}'),
	"a fault of Twilio's": (500, b'{"code": 20500, "message": "Internal", "status": 500}'),
	"a gateway's page": (502, b"<html>Bad Gateway</html>"),
	"garbage": (200, b"\x00 not JSON"),
	"another shape": (200, b'{"messages": [{"sid": null}], "contents": 7, "meta": {}}'),
}


class TestSecrets(SiteCase):
	def setUp(self):
		super().setUp()
		fill_in_settings(next_auth_token=NEXT_TOKEN)
		frappe.db.commit()
		self.sizes = {path: path.stat().st_size for path in self.logs()}
		self.began = frappe.utils.now_datetime()

	def test_no_secret_is_written_or_answered_whatever_twilio_answers(self):
		for failure, (status, body) in ANSWERS.items():
			with self.subTest(failure), twilio_answering(status, body) as url:
				self.try_everything(url)

	def test_nor_where_it_cannot_be_reached(self):
		self.try_everything("http://127.0.0.1:1")

	def test_nor_with_an_api_key(self):
		fill_in_settings(api_key_sid=KEY_SID, api_key_secret=KEY_SECRET)
		frappe.db.commit()
		self.addCleanup(fill_in_settings, api_key_sid="", api_key_secret="")
		for failure, (status, body) in ANSWERS.items():
			with self.subTest(failure), twilio_answering(status, body) as url:
				self.try_everything(url)

	def test_nor_where_something_unexpected_happens_in_the_middle_of_a_call(self):
		with patch("requests.sessions.Session.send", side_effect=RuntimeError("boom")):
			self.try_everything("http://127.0.0.1:1")

	def test_settings_show_asterisks_to_a_manager_and_nothing_to_an_agent(self):
		path = "WA Window Settings/WA Window Settings"
		shown = Panel(MANAGER).resource("GET", path)
		self.assertEqual(shown.status_code, 200)
		self.assertRegex(shown.json["data"]["auth_token"], r"^\*+$")
		hidden = Panel(AGENT).resource("GET", path)
		self.assertEqual(hidden.status_code, 403)
		for answer in (shown, hidden):
			self.assert_no_secret(answer.text, "an answer")

	def test_a_token_that_changes_while_a_request_runs_is_known_to_the_next_one_in_the_same_process(self):
		frappe.db.rollback()
		frappe.db.sql("select 1 from tabSingles limit 1")  # the request's snapshot, from before the change

		def change():
			fill_in_settings(auth_token=NEXT_TOKEN, next_auth_token="")
			frappe.db.commit()

		elsewhere(change)
		self.assertIn(AUTH_TOKEN, list(site_settings.accepted_tokens()))
		frappe.db.rollback()
		self.assertEqual(list(site_settings.auth_tokens()), [NEXT_TOKEN])
		form = self.inbound_form(self.phone())
		self.assertEqual(self.post("inbound", form, token=NEXT_TOKEN).status_code, 200)
		later = site_settings.time.monotonic() + site_settings.RECENT_S
		with patch("wa_window.frappe_host.settings.time.monotonic", return_value=later):
			self.assertEqual(self.post("inbound", form, token=AUTH_TOKEN).status_code, 403)
			self.assertEqual(self.post("inbound", form, token=NEXT_TOKEN).status_code, 200)

	def try_everything(self, url: str) -> None:
		with (
			patch.dict(frappe.conf, {"wa_window_twilio_api_base": url}),
			patch("urllib3.util.retry.time.sleep"),
		):
			self.something_to_do()
			for act in (
				dispatch.dispatch_messages,
				fetch_files.fetch_media_files,
				catch_up.catch_up_messages,
				template_sync.sync,
				template_sync.sync_daily,
				sweep.sweep,
			):
				act()
			self.assert_no_secret(str(health.checks()), "the checks")
			for button in ("webhooks_at_twilio", "connect", "put_back_webhooks"):
				answer = Panel(MANAGER).post(f"settings.{button}", sids=["XE1"])
				self.assert_no_secret(answer.text, button)
		frappe.db.rollback()
		self.look_everywhere()

	def something_to_do(self) -> None:
		phone = self.phone()
		lead = self.lead(phone)
		media = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/MM1/Media/ME1"
		self.written_by(phone, NumMedia="1", MediaUrl0=media, MediaContentType0="image/png")
		self.post_process_all()
		where = {"lead_doctype": "Chat Lead", "lead": lead.name}
		sent = Panel(MANAGER).post("chat.reply", **where, body="Halo", client_key=frappe.generate_hash())
		self.assertEqual(sent.status_code, 200, sent.text)

	def look_everywhere(self) -> None:
		for name in frappe.get_all("Error Log", {"creation": (">=", self.began)}, pluck="name"):
			self.assert_no_secret(frappe.get_doc("Error Log", name).as_json(), "the Error Log")
		for path in self.logs():
			with path.open("rb") as log:
				log.seek(self.sizes.get(path, 0))
				self.assert_no_secret(log.read().decode(errors="replace"), path.name)
		redis = get_redis_conn()
		for key in redis.scan_iter("rq:job:*"):
			if redis.type(key) == b"hash":
				self.assert_no_secret(str(redis.hgetall(key)), "a job's record")
		noted = frappe.db.get_singles_dict("WA Window Settings")
		self.assert_no_secret(str({**noted, "auth_token": "", "next_auth_token": ""}), "the Settings")

	def assert_no_secret(self, text: str, where: str) -> None:
		for secret in SECRETS:
			self.assertNotIn(secret, text, where)

	def logs(self) -> list[Path]:
		folders = (Path(get_bench_path()) / "logs", Path(frappe.get_site_path("logs")))
		return [path for folder in folders for path in folder.glob("*.log") if folder.is_dir()]


def elsewhere(work) -> None:
	"""Run this in a connection of its own, as another process would."""
	thread = threading.Thread(target=with_own_connection(work))
	thread.start()
	thread.join(60)


@contextmanager
def twilio_answering(status: int, body: bytes):
	"""A server in place of Twilio with one answer to everything."""

	class Handler(BaseHTTPRequestHandler):
		def answer(self) -> None:
			self.rfile.read(int(self.headers.get("Content-Length") or 0))
			self.send_response(status)
			self.send_header("Content-Type", "application/json")
			self.send_header("Content-Length", str(len(body)))
			self.end_headers()
			self.wfile.write(body)

		do_GET = do_POST = answer

		def log_message(self, *_) -> None:
			pass

	server = HTTPServer(("127.0.0.1", 0), Handler)
	threading.Thread(target=server.serve_forever, daemon=True).start()
	yield f"http://127.0.0.1:{server.server_port}"
	server.shutdown()
	server.server_close()
