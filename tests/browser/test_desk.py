"""The Desk adapter, in a page with a fake of the parts of Frappe's Desk that it uses."""

import json

import pytest
from playwright.sync_api import Page, expect

from .panel import Panel

DESK = """() => {
	const listeners = [];
	window.said = [];
	window.frappe = {
		provide: (name) => { window[name] = window[name] || {}; },
		csrf_token: "token-1",
		assets: {bundled_asset: (name) => `/public/js/${name}`},
		boot: {lang: "en", wa_window_record_types: ["Lead", "CRM Lead", "CRM Deal", "Chat Lead"], time_zone: {system: "Asia/Jakarta", user: null}},
		user_roles: ["WA Window Manager"],
		set_route: (...route) => said.push(route),
		required: [],
		require: async (files) => {
			frappe.required.push(files);
			await import("/public/js/wa_window.bundle.js");
		},
		ui: {form: {handlers: {}, on: (doctype, handlers) => (frappe.ui.form.handlers[doctype] ||= []).push(handlers.refresh)}},
		realtime: {
			socket: {},
			open_docs: new Set(),
			rooms: new Set(),
			on: (event, handler) => listeners.push([event, handler]),
			off: (event, handler) => listeners.splice(listeners.findIndex(([e, h]) => e === event && h === handler), 1),
			emit: (event, doctype, name) => frappe.realtime.rooms[event === "doc_subscribe" ? "add" : "delete"](name),
			fire: (event) => listeners.filter(([e]) => e === event).forEach(([, handler]) => handler({})),
			listeners,
		},
	};
	const wrapper = document.createElement("form");
	document.querySelector("wa-chat").remove();
	const tab = document.createElement("a");
	document.body.append(tab, wrapper);
	window.frm = {
		doctype: "CRM Lead", docname: "LEAD-1", fresh: false,
		is_new() { return this.fresh; },
		is_dirty() { return Boolean(this.dirty); },
		fields_dict: {wa_chat_html: {$wrapper: {get: () => wrapper}}},
		layout: {tabs: [{df: {fieldname: "wa_tab", label: "WhatsApp"}, tab_link: {find: () => ({get: () => tab})}}]},
	};
	window.unanswered = 0;
	const chat = customElements.get("wa-chat").prototype;
	const { call } = chat;
	chat.call = function (...given) {
		unanswered++;
		return call.apply(this, given).finally(() => unanswered--);
	};
	window.refresh = () => Promise.all(frappe.ui.form.handlers[frm.doctype].map((handler) => handler(frm)));
}"""


class Site:
	"""The HTTP API of a site, answering as Frappe does."""

	def __init__(self, page: Page):
		self.requests: list = []
		self.answers = {
			"chat.other_leads": (200, []),
			"chat.open": (200, self.chat()),
			"chat.mark_read": (200, None),
			"chat.presence": (200, []),
			"chat.leave": (200, None),
		}
		page.route("**/api/method/**", self.answer)

	def answer(self, route) -> None:
		request = route.request
		self.requests.append(request)
		method = request.url.split("/api/method/wa_window.api.")[1].split("?")[0]
		status, message = self.answers[method]
		if status == 0:
			route.abort()
		else:
			body = message if status != 200 else {"message": message}
			route.fulfill(status=status, content_type="application/json", body=json.dumps(body))

	def refuse(self, method: str, status: int, exc_type: str, sentence: str) -> None:
		messages = json.dumps([json.dumps({"message": sentence, "indicator": "red"})])
		self.answers[method] = (status, {"exc_type": exc_type, "_server_messages": messages})

	@staticmethod
	def chat(**changes) -> dict:
		now = 1_795_422_961_000
		conversation = {
			"name": "CONV-1",
			"customer_address": "whatsapp:+6281234563456",
			"business_address": "whatsapp:+6221500100",
			"business_label": "Sales ID",
			"profile_name": "Budi",
			"unread_count": 0,
			"last_message_at_ms": now,
			"may_read": True,
		}
		window = {
			"state": "open",
			"freeform_allowed": True,
			"reason": "Open.",
			# Half a second: the countdown's text is the same whether the answer comes before or after a tick of the page's clock.
			"last_inbound_at_ms": now - 500,
			"closes_at_ms": now - 500 + 24 * 3_600_000,
			"now_ms": now,
			"customer_address": "whatsapp:+6281234563456",
			"business_address": "whatsapp:+6221500100",
		}
		return {
			"conversations": [conversation],
			"conversation": "CONV-1",
			"window": window,
			"messages": [],
			"owner": None,
			"assigned": [],
			"present": [],
			"may_assign": False,
			"may_take": False,
			"may_reply": True,
			**changes,
		}


@pytest.fixture
def site_of(page: Page) -> Site:
	return Site(page)


@pytest.fixture
def desk(page: Page, panel: Panel, site_of: Site) -> Panel:
	page.evaluate(DESK)
	page.add_script_tag(url="/public/js/record_form.js")
	refresh(panel)
	return panel


def refresh(panel: Panel) -> None:
	panel.page.evaluate("refresh()")
	wait_for_answers(panel)


def wait_for_answers(panel: Panel) -> None:
	"""Wait until real requests, and those that follow from them, are answered while the page's clock stands still."""
	panel.wait()
	panel.page.wait_for_function("unanswered === 0")


def test_one_chat_is_put_into_the_form_and_kept_there_at_each_refresh(desk, page):
	expect(desk.banner).to_contain_text("Open · 23 h 59 min left")
	page.evaluate("window.mounted = document.querySelector('wa-chat')")
	refresh(desk)
	assert page.evaluate("document.querySelectorAll('wa-chat').length") == 1
	assert page.evaluate("document.querySelector('wa-chat') === mounted")


def test_the_bundle_is_loaded_once_and_each_form_is_mounted_once(desk, page):
	refresh(desk)
	page.add_script_tag(url="/public/js/record_form.js")
	assert page.evaluate("frappe.required") == [["wa_window.bundle.js", "wa_window.bundle.css"]]
	calls = page.evaluate(
		"Object.entries(frappe.ui.form.handlers).map(([doctype, {length}]) => [doctype, length])"
	)
	assert calls == [["Lead", 1], ["CRM Lead", 1], ["CRM Deal", 1], ["Chat Lead", 1]]


def test_the_tab_says_how_many_messages_are_unread_and_shows_the_windows_colour(desk, page, site_of):
	tab = page.locator("body > a")
	expect(tab).to_have_text("WhatsApp")
	expect(tab.locator(".indicator.green")).to_have_count(1)
	page.locator("form").evaluate("form => form.hidden = true")
	chat = site_of.chat()
	chat["conversations"][0]["unread_count"] = 2
	site_of.answers["chat.open"] = (200, chat)
	refresh(desk)
	expect(tab).to_have_text("WhatsApp (2)")
	expect(tab.locator(".indicator.green")).to_have_count(1)


def test_a_form_without_the_field_is_left_alone(desk, page):
	page.evaluate("frm.fields_dict = {}; refresh()")


def test_a_new_lead_asks_to_be_saved_first(desk, page, site_of):
	page.evaluate("frm.fresh = true")
	asked = len(site_of.requests)
	refresh(desk)
	expect(desk.banner).to_contain_text("Save this lead to see its chat")
	assert [request.url.rpartition(".")[2] for request in site_of.requests[asked:]] == ["leave"]


def test_the_chat_is_asked_for_by_get_with_the_csrf_token_and_shown_in_the_systems_time_zone(desk, site_of):
	request = site_of.requests[0]
	assert request.method == "GET"
	assert request.url.endswith("wa_window.api.chat.open?lead_doctype=CRM+Lead&lead=LEAD-1")
	assert request.headers["x-frappe-csrf-token"] == "token-1"
	expect(desk.banner).to_have_attribute("title", "You can reply until Tue 15:36.")


def test_a_reply_is_posted_as_a_form(desk, page, site_of):
	site_of.refuse("chat.reply", 409, "WindowClosed", "<b>Closed</b> since Mon &amp; Tue.")
	desk.type("Halo & selamat=siang")
	page.keyboard.press("Enter")
	wait_for_answers(desk)
	[posted] = [request for request in site_of.requests if request.url.endswith("chat.reply")]
	assert posted.method == "POST"
	assert "body=Halo+%26+selamat%3Dsiang" in posted.post_data
	expect(desk.alert).to_have_text("Closed since Mon & Tue.")
	expect(desk.text).to_have_value("Halo & selamat=siang")


@pytest.mark.parametrize(
	("status", "words"),
	[(0, "You're offline"), (502, "Server error"), (403, "You don't have permission to do this.")],
)
def test_whatever_goes_wrong_is_said_in_the_panel(desk, site_of, status, words):
	site_of.answers["chat.open"] = (status, "<html>")
	refresh(desk)
	expect(desk.banner).to_contain_text(words)


def test_an_event_in_the_conversations_room_fetches_the_chat(desk, page, site_of):
	assert page.evaluate("[...frappe.realtime.rooms]") == ["CONV-1"]
	asked = len(site_of.requests)
	page.evaluate("frappe.realtime.fire('wa_window_changed'); frappe.realtime.fire('wa_window_changed')")
	wait_for_answers(desk)
	assert len(site_of.requests) == asked + 1


def test_the_first_message_of_a_lead_is_published_in_the_leads_own_room(desk, page, site_of):
	site_of.answers["chat.open"] = (200, Site.chat(conversations=[], conversation=None))
	page.evaluate("frm.docname = 'LEAD-2'")
	refresh(desk)
	assert page.evaluate("[...frappe.realtime.rooms]") == ["LEAD-2"]
	site_of.answers["chat.open"] = (200, Site.chat())
	page.evaluate("frappe.realtime.fire('wa_window_changed')")
	wait_for_answers(desk)
	assert page.evaluate("[...frappe.realtime.rooms]") == ["CONV-1"]


def test_the_room_that_the_form_itself_is_in_is_not_left(desk, page, site_of):
	site_of.answers["chat.open"] = (200, Site.chat(conversations=[], conversation=None))
	page.evaluate("frm.docname = 'LEAD-2'; frappe.realtime.open_docs.add('CRM Lead:LEAD-2')")
	refresh(desk)
	page.evaluate("frm.fresh = true")
	refresh(desk)
	assert page.evaluate("[...frappe.realtime.rooms]") == ["LEAD-2"]


def test_after_a_reconnection_the_room_is_joined_again(desk, page, site_of):
	page.evaluate("frappe.realtime.rooms.clear(); frappe.realtime.fire('connect')")
	assert page.evaluate("[...frappe.realtime.rooms]") == ["CONV-1"]


def test_going_to_another_lead_leaves_the_room_and_takes_the_handlers_off(desk, page, site_of):
	page.evaluate("frm.fresh = true")
	refresh(desk)
	assert page.evaluate("[frappe.realtime.rooms.size, frappe.realtime.listeners.length]") == [0, 0]


def test_a_room_that_another_form_listens_in_is_not_left(desk, page):
	page.evaluate("frappe.realtime.open_docs.add('Chat Conversation:CONV-1'); frm.fresh = true")
	refresh(desk)
	assert page.evaluate("[...frappe.realtime.rooms]") == ["CONV-1"]


def test_without_a_socket_the_chat_still_works(page, panel, site_of):
	page.evaluate(DESK)
	page.evaluate("frappe.realtime = {}")
	page.add_script_tag(url="/public/js/record_form.js")
	refresh(panel)
	expect(panel.banner).to_contain_text("Open ·")


def test_a_manager_is_led_to_the_settings(desk, page, site_of):
	site_of.refuse("chat.open", 417, "NotSetUp", "Fill in the Account SID in WA Window Settings.")
	refresh(desk)
	desk.root.get_by_role("button", name="Open settings").click()
	assert page.evaluate("said") == [["Form", "WA Window Settings"]]


def test_nobody_else_is(page, panel, site_of):
	site_of.refuse("chat.open", 417, "NotSetUp", "Fill in the Account SID in WA Window Settings.")
	page.evaluate(DESK)
	page.evaluate("frappe.user_roles = ['Sales User']")
	page.add_script_tag(url="/public/js/record_form.js")
	refresh(panel)
	expect(panel.banner).to_have_text("Fill in the Account SID in WA Window Settings.")
	expect(panel.root.get_by_role("button", name="Open settings")).to_have_count(0)


OTHER_APP = """() => {
	Object.assign(frappe.boot, {
		wa_window_record_types: ["Site Visit"],
		wa_window_phone_fields: {"Site Visit": ["contact_number", "numbers.phone"]},
	});
	frappe.ui.form.on = (doctype, handlers) => { window.form = {doctype, ...handlers}; };
	frappe.utils = {escape_html: (text) => text};
	frappe.xcall = async (...call) => { said.push(call); return "1 message belongs to 0812."; };
	frappe.confirm = (text, yes, no) => { said.push(text); no(); };
	Object.assign(frm, {doctype: "Site Visit", docname: "V-1", fields_dict: {}});
	frm.doc = {contact_number: "0812", numbers: [], visitor: "Budi"};
}"""


def test_the_form_of_another_apps_record_type_asks_before_another_number_is_saved(page, panel):
	page.evaluate(DESK)
	page.evaluate(OTHER_APP)
	page.add_script_tag(url="/public/js/record_form.js")
	saved = """async (changes) => {
		await form.refresh(frm);
		frappe.validated = true;
		Object.assign(frm.doc, changes);
		await form.before_save(frm);
		return [form.doctype, frappe.validated];
	}"""
	assert page.evaluate(saved, {"visitor": "Siti"}) == ["Site Visit", True]
	assert page.evaluate("said") == []
	assert page.evaluate(saved, {"numbers": [{"phone": "0813"}]}) == ["Site Visit", False]
	values = '{"contact_number":"0812","numbers":[{"phone":"0813"}]}'
	asked = {"lead_doctype": "Site Visit", "lead": "V-1", "values": values}
	question = "1 message belongs to 0812."
	assert page.evaluate("said") == [["wa_window.api.chat.number_change", asked], question]


@pytest.mark.parametrize(
	("numbers", "field"),
	[
		({"whatsapp_no": "", "mobile_no": "0812", "phone": ""}, "mobile_no"),
		({"whatsapp_no": "0813", "mobile_no": "0812"}, "whatsapp_no"),
		({"phone": ""}, "phone"),
	],
)
def test_the_number_is_changed_in_the_field_that_is_written_to(page, numbers, field):
	page.evaluate(DESK)
	reached = page.evaluate(
		"""async (doc) => {
			const reached = [];
			window.cur_frm = {doc, fields_dict: Object.fromEntries(Object.keys(doc).map((name) => [name, {}])), scroll_to_field: (name) => reached.push(name)};
			const { deskTransport } = await import("/public/js/wa_chat/desk.js");
			await deskTransport().changeNumber({doctype: "Lead", name: "LEAD-1"});
			return reached;
		}""",
		numbers,
	)
	assert reached == [field]
	assert page.evaluate("said") == [["Form", "Lead", "LEAD-1"]]


def test_an_inbox_that_is_left_leaves_the_desk_in_its_room(desk):
	emitted = desk.page.evaluate("""async () => {
		const { deskTransport } = await import("/public/js/wa_chat/desk.js");
		const emitted = [];
		frappe.realtime.emit = (...given) => emitted.push(given.join(" "));
		deskTransport().subscribeInbox(() => {})();
		return emitted;
	}""")
	assert emitted == ["doctype_subscribe Chat Conversation"]
