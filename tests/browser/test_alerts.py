"""A browser's sound and notifications: off until a person switches them on, and only in one tab."""

import pytest
from playwright.sync_api import expect

LISTENING = """async () => {
	window.shown = [];
	window.sounds = 0;
	window.opened = [];
	window.toasts = [];
	window.AudioContext = class {
		constructor() { window.sounds++; this.currentTime = 0; }
		createGain() { return {gain: {}, connect() {}}; }
		createOscillator() { return {frequency: {}, connect() {}, start() {}, stop() {}}; }
	};
	window.Notification = class {
		static permission = "default";
		static async requestPermission() { return (this.permission = window.permission ?? "granted"); }
		constructor(title, {body, tag}) { window.shown.push({title, body, tag}); window.latest = this; }
		close() {}
	};
	const { listenForAlerts } = await import("/public/js/wa_inbox/alerts.js");
	const listeners = {};
	const realtime = {on: (event, listener) => { listeners[event] = listener; }};
	listenForAlerts(realtime, (chat) => window.opened.push(chat), ({title}) => window.toasts.push(title));
	window.notify = (name) => listeners.wa_window_message_notified(
		{message: name, conversation: "c1", title: "Budi", text: "Halo <b>"});
}"""


@pytest.fixture
def alerts(inbox):
	inbox.open("", "transport.canAlert = true")
	inbox.page.evaluate(LISTENING)
	inbox.switch = inbox.root.get_by_role("button", name="Sound and notifications")
	return inbox


def notify(alerts, name: str) -> dict:
	# Locks are asked for in turn: with a later one, that of the message has been given or refused.
	alerts.page.evaluate(
		"async (name) => { notify(name); await navigator.locks.request('later', () => {}); }", name
	)
	alerts.wait()
	return alerts.page.evaluate("({shown, sounds, opened})")


def test_nothing_sounds_or_is_shown_until_somebody_wants_it(alerts):
	expect(alerts.switch).to_have_attribute("aria-pressed", "false")
	assert notify(alerts, "m1") == {"shown": [], "sounds": 0, "opened": []}
	assert alerts.page.evaluate("toasts") == []


def test_a_message_is_shown_with_a_sound_and_a_click_opens_its_chat(alerts):
	alerts.switch.click()
	expect(alerts.switch).to_have_attribute("aria-pressed", "true")
	alerts.page.evaluate("sounds = 0")
	said = notify(alerts, "m1")
	assert (said["shown"], said["sounds"]) == ([{"title": "Budi", "body": "Halo <b>", "tag": "c1"}], 1)
	assert alerts.page.evaluate("toasts") == []
	alerts.page.evaluate("latest.onclick()")
	assert alerts.page.evaluate("opened") == ["c1"]


def test_a_message_that_another_tab_has_alerted_to_is_silent_here(alerts):
	alerts.switch.click()
	alerts.page.evaluate("sounds = 0")
	notify(alerts, "m1")
	assert notify(alerts, "m1")["sounds"] == 1
	assert notify(alerts, "m2")["sounds"] == 2


def test_switching_off_lasts(alerts):
	alerts.switch.click()
	alerts.switch.click()
	expect(alerts.switch).to_have_attribute("aria-pressed", "false")
	assert notify(alerts, "m1")["shown"] == []
	assert alerts.page.evaluate("localStorage.getItem('wa-window-alerts')") == "0"


def test_a_browser_that_refuses_leaves_the_sound_and_says_so(alerts):
	alerts.page.evaluate("window.permission = 'denied'")
	alerts.switch.click()
	expect(alerts.root.locator(".wi-notice")).to_contain_text("sound only")
	alerts.page.evaluate("sounds = 0")
	said = notify(alerts, "m1")
	assert (said["shown"], said["sounds"]) == ([], 1)
	assert alerts.page.evaluate("toasts") == ["Budi"]


def test_a_phone_that_permits_notifications_and_shows_none_has_the_message_on_the_page(alerts):
	alerts.switch.click()
	alerts.page.evaluate("""() => {
		window.Notification = class {
			static permission = "granted";
			constructor() { throw new TypeError("Illegal constructor. Use ServiceWorkerRegistration.showNotification()"); }
		};
	}""")
	notify(alerts, "m1")
	assert alerts.page.evaluate("toasts") == ["Budi"]


def test_a_host_that_hears_of_no_messages_has_no_switch(inbox):
	inbox.open("")
	expect(inbox.root.get_by_role("button", name="Sound and notifications")).to_have_count(0)
