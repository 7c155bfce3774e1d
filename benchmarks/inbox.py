"""The inbox in Chromium: from a key to the next chat shown, with thousands of rows loaded."""

from playwright.sync_api import CDPSession, sync_playwright

from tests.conftest import ARGUMENTS, chromium

from .panel import serve_pages
from .report import percentile, publish, spread

CHATS = 5_000
MESSAGES = 50
ROUNDS = 60
VIEW = {"width": 1440, "height": 900}

# A host without latency, so that only the inbox is measured; the rows and messages are made beforehand.
ARRANGE = """async ({chats, messages}) => {
	const host = new FakeInboxHost();
	const now = host.now();
	const window = (i) => ({...host.window({lastInbound: now - (chats - i) * 10000, customer: `whatsapp:+6281200${10000 + i}`, business: "whatsapp:+6221500100"})});
	const rows = Array.from({length: chats}, (_, i) => ({
		conversation: `C-${i}`, lead_doctype: "CRM Lead", lead: `LEAD-${i}`, title: `Budi Santoso ${i}`, profile_name: "", customer_phone: `+6281200${10000 + i}`,
		business_address: "whatsapp:+6221500100", sender_label: "Sales ID", window: window(i), waiting_since_ms: now - (chats - i) * 10000, snoozed_until_ms: 0,
		unread: i % 3, owner: i % 2 ? ME : null, assigned: [],
		last: {direction: "Inbound", text: `Pesan ${i}: halo, apakah rumahnya masih ada?`, kind: "text", author: "", is_mine: false, status: "received", failed: false, at_ms: now - (chats - i) * 10000},
	}));
	const message = (i, each) => ({
		name: `m${i}-${each}`, direction: each % 3 ? "Outbound" : "Inbound", kind: "text", body: `Chat ${i}, pesan ${each}: halo, apakah rumahnya masih ada?`, media: [],
		sent_at_ms: now - (messages - each) * 60000, delivery_status: each % 3 ? "read" : "received", sent_at_source: "twilio",
	});
	globalThis.calls = [];
	const answers = {
		"inbox.chats": ({after, limit}) => {
			const start = Number(after || 0), next = start + limit;
			return {chats: rows.slice(start, next), counts: {needs_reply: 100}, senders: [], next: next < chats ? String(next) : null, now_ms: now};
		},
		"chat.open": ({conversation}) => {
			const i = Number(conversation.slice(2)), row = rows[i];
			return {
				conversations: [{name: conversation, unread_count: row.unread, may_read: true, profile_name: row.title, business_label: "Sales ID", business_address: row.business_address}],
				conversation, window: row.window, owner: row.owner, assigned: [], present: [], may_take: true, may_assign: true, may_reply: true, sender_problem: null, messages: Array.from({length: messages}, (_, each) => message(i, each)),
			};
		},
		"chat.mark_read": () => null,
		"chat.presence": () => [],
	};
	inbox.transport = {...host.transport, call: async (method, args) => {
		const name = method.replace("wa_window.api.", "");
		calls.push(name);
		const answer = structuredClone(answers[name](args));
		await new Promise((resolve) => setTimeout(resolve));
		return answer;
	}};
	await new Promise((resolve) => setTimeout(resolve, 100));
	while (inbox.queue.next) await inbox.queue.loadMore();
	return inbox.queue.rows.length;
}"""
# Until the chat's newest message has been painted.
NEXT_CHAT = """async (count) => {
	const title = inbox.querySelector(".wi-chat-head h2"), next = `Budi Santoso ${count}`;
	const isShown = () => title.textContent === next && inbox.querySelector(".wa-list")?.lastElementChild?.lastElementChild?.textContent.includes(`Chat ${count},`);
	calls.length = 0;
	const began = performance.now();
	document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "j", code: "KeyJ", bubbles: true, cancelable: true}));
	while (!isShown()) await new Promise((resolve) => setTimeout(resolve));
	const reads = calls.filter((name) => !["chat.mark_read", "chat.presence"].includes(name)).length;
	await new Promise(requestAnimationFrame);
	await new Promise((resolve) => setTimeout(resolve));
	return {spent: performance.now() - began, reads};
}"""
NODES = "() => document.querySelectorAll('.wi-rows [role=option]').length"


def measure() -> None:
	with sync_playwright() as playwright, serve_pages() as url:
		browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
		page = browser.new_page(viewport=VIEW)
		page.goto(f"{url}/browser/inbox.html")
		page.wait_for_function("window.ready")
		loaded = page.evaluate(ARRANGE, {"chats": CHATS, "messages": MESSAGES})
		thread = page.context.new_cdp_session(page)
		# The time that the page's thread has worked: it depends little on what else the machine does.
		thread.send("Performance.enable", {"timeDomain": "threadTicks"})
		opened, worked = [], []
		for count in range(ROUNDS):
			before = _worked_ms(thread)
			opened.append(page.evaluate(NEXT_CHAT, count))
			worked.append(_worked_ms(thread) - before)
		row = {
			"rows loaded": loaded,
			"work of the page's thread, ms": spread(worked, 1),
			"key to next chat, ms": spread([each["spent"] for each in opened], 1),
			"95th percentile, ms": round(percentile([each["spent"] for each in opened], 0.95), 1),
			"calls until it is shown": max(each["reads"] for each in opened),
			"rows in the page": page.evaluate(NODES),
		}
		browser.close()
	title = f"The inbox in headless Chromium: {CHATS:,} chats of {MESSAGES} messages, {ROUNDS} of them opened by a key"
	publish("inbox", title, [row])


def _worked_ms(thread: CDPSession) -> float:
	metrics = thread.send("Performance.getMetrics")["metrics"]
	return 1000 * next(each["value"] for each in metrics if each["name"] == "TaskDuration")
