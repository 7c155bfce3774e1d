import { button, fill, h, whileDisabled } from "../wa_chat/dom.js";
import { IdempotencyKeys } from "../wa_chat/idempotency_keys.js";
import { Polling } from "../wa_chat/polling.js";
import { Times } from "../wa_chat/times.js";
import { Recipients } from "./recipients.js";
import { TestForm } from "./test_form.js";
import { STATUSES } from "./words.js";

const BATCH = "Template Batch";
const CHAT = "Chat Conversation";
const FOUND_CHATS = 20;
// While it moves: the server's events come once a second at most, so that the last one may be missing, or there is no socket.
const MOVING = ["Preparing", "Sending"];
const MOVING_MS = 3000;
// What was sent last is delivered soon afterwards.
const DELIVERY_MS = 60_000;

let count = 0;

/** A template to many at whatever stage it is: its recipients, what became of each, and what this user may do with it. */
export class BatchView {
	/**
	 * `progress`: as batches.progress answers; `openAnswers(batch)` shows the chats that answered; `onBack()`, where there is one, gives the
	 * draft up; `fieldLabel(name)` names a field of the records.
	 */
	constructor({ transport, progress, openAnswers, onBack, fieldLabel = (name) => name }) {
		this.transport = transport;
		this.batch = progress.batch;
		this.fieldLabel = fieldLabel;
		this.times = new Times(transport);
		this.keys = new IdempotencyKeys();
		this.id = `wa-batch-view-${++count}`;
		this.recipients = new Recipients({
			load: (args) => this.call("rows", { batch: this.batch, ...args }),
			time: (ms) => this.times.dateTime(ms, this.progress.now_ms),
			recordLink: transport.recordLink,
			onError: (error) => fill(this.alert, error.message),
		});
		this.test = new TestForm({
			id: this.id,
			find: (search) =>
				transport.call("wa_window.api.inbox.chats", { queue: "all", search, limit: FOUND_CHATS }),
			send: (conversation) => this.sendTest(conversation),
		});
		this.head = h("div", { class: "wa-batch-head" });
		this.bar = h("progress", { class: "wa-batch-bar" });
		this.reasons = h("div", { class: "wa-batch-reasons wa-quiet" });
		this.alert = h("div", { class: "wa-alert", role: "alert" });
		this.note = h("span", { class: "wa-quiet wa-batch-note" });
		const action = (label, onclick, more = "") => button({ class: `wa-button ${more}`, onclick }, label);
		this.back = onBack && action(__("Back"), onBack);
		this.testButton = action(__("Send a test first…"), () => this.test.toggle());
		this.answers = action(__("Show who answered"), () => openAnswers(this.batch));
		this.stopButton = action(__("Stop"), () => this.act("stop", this.stopButton));
		this.resume = action(__("Resume"), () => this.act("resume", this.resume), "wa-button-primary");
		this.send = action("", () => this.sendAll(), "wa-button-primary");
		const actions = [this.back, this.testButton, this.answers, this.stopButton, this.resume, this.send];
		this.actions = actions.filter(Boolean);
		this.foot = h("div", { class: "wa-dialog-foot" }, this.note, this.actions);
		this.node = h(
			"div",
			{ class: "wa-outside wa-batch", tabindex: -1 },
			h(
				"div",
				{ class: "wa-dialog-body wa-batch-body" },
				this.head,
				this.bar,
				this.recipients.filters,
				this.reasons,
				this.recipients.node,
				this.test.node,
			),
			this.alert,
			this.foot,
		);
		this.polling = new Polling(this.node, { onRefresh: () => this.refresh(), onOffline: () => {} });
		this.show(progress);
	}

	start() {
		this.polling.start();
		this.polling.subscribe(this.transport, { doctype: BATCH, lead: this.batch });
		this.restartTimers();
		this.recipients.start();
	}

	stop() {
		this.isStopped = true;
		clearTimeout(this.timer);
		this.polling.stop();
		this.recipients.stop();
	}

	get isMoving() {
		const { status, pressed_at_ms: pressed, progress_at_ms: at, now_ms: now } = this.progress;
		return MOVING.includes(status) || Boolean(pressed && now - at < DELIVERY_MS);
	}

	restartTimers() {
		if (this.isStopped) return;
		this.polling.restartTimer();
		clearTimeout(this.timer);
		if (this.isMoving && this.polling.visible) {
			this.timer = setTimeout(() => this.refresh(), MOVING_MS);
		}
	}

	focus() {
		this.node.focus({ preventScroll: true });
	}

	call(method, args, options) {
		return this.transport.call(`wa_window.api.batches.${method}`, args, options);
	}

	async refresh() {
		try {
			this.show(await this.call("progress", { batch: this.batch }));
			if (this.isOutOfDate) fill(this.alert);
			this.isOutOfDate = false;
		} catch (error) {
			fill(this.alert, error.message);
			this.isOutOfDate = true;
		}
		this.restartTimers();
	}

	show(progress) {
		const before = this.progress;
		this.progress = progress;
		const { status, counts, paused, interrupted, waits_for_worker: waits } = progress;
		fill(
			this.head,
			h(
				"div",
				{ class: "wa-batch-title" },
				h("span", { dir: "auto" }, progress.template_name),
				h(
					"span",
					{ class: "wa-batch-pill", "data-colour": STATUSES[status].colour },
					STATUSES[status].label(),
				),
			),
			h("div", { class: "wa-quiet", dir: "auto" }, this.about.join(" · ")),
			paused && h("div", { class: "wa-batch-paused", role: "status" }, paused),
			waits &&
				h("div", { class: "wa-quiet", role: "status" }, __("The server is busy: this begins by itself.")),
			interrupted &&
				h(
					"div",
					{ class: "wa-batch-paused", role: "status" },
					__("The preparation was interrupted. Choose the recipients and prepare it again."),
				),
		);
		this.showBar();
		this.showReasons();
		this.showActions();
		const hasChanged = before?.status !== status || JSON.stringify(before.counts) !== JSON.stringify(counts);
		if (hasChanged) this.recipients.show(counts, progress.prepared);
	}

	/** Who, when, from where, with which values. */
	get about() {
		const { owner_name: name, pressed_at_ms: at, sender_label: from, values, now_ms: now } = this.progress;
		const filled = Object.entries(values).map(([variable, { field, text }]) => {
			const label = field && this.fieldLabel(field);
			if (!label) return `${variable}: “${text}”`;
			return text ? __("{0}: {1}, else “{2}”", [variable, label, text]) : `${variable}: ${label}`;
		});
		const sent = at && __("Sent {0}", [this.times.dateTime(at, now)]);
		return [name, sent, from && __("from {0}", [from]), ...filled].filter(Boolean);
	}

	showBar() {
		const { status, counts, prepared, total } = this.progress;
		const isPreparing = status === "Preparing";
		this.bar.hidden = !(isPreparing || status === "Sending");
		this.bar.max = Math.max(1, isPreparing ? total : counts.handed_over + counts.to_send);
		this.bar.value = isPreparing ? prepared : counts.handed_over;
		this.bar.setAttribute("aria-label", STATUSES[status].label());
	}

	showReasons() {
		const { skipped_by_reason: skipped, failed_by_reason: failed } = this.progress;
		// Not inside the other call of __, where what collects the texts does not look.
		const unknown = __("reason unknown");
		const lines = [
			...skipped.map(({ words, count: number }) => __("{0} skipped: {1}", [number, words])),
			...failed.map(({ words, count: number }) => __("{0} failed: {1}", [number, words || unknown])),
		];
		fill(
			this.reasons,
			lines.map((line) => h("div", { dir: "auto" }, line)),
		);
	}

	showActions() {
		const { progress } = this;
		const { counts, status } = progress;
		const isDraft = ["Preparing", "Draft"].includes(status);
		if (this.back) this.back.hidden = !(isDraft && progress.may_stop);
		this.testButton.hidden = !progress.may_test;
		if (!progress.may_test) this.test.node.hidden = true;
		this.answers.hidden = !counts.answered;
		this.stopButton.hidden = !progress.may_stop || Boolean(this.back && isDraft);
		this.resume.hidden = !progress.may_resume;
		this.send.hidden = !(progress.may_send && counts.to_send);
		fill(this.send, __("Send to {0}", [counts.to_send]));
		fill(this.note, isDraft ? __("Closing keeps this as a draft for a day; nothing is sent.") : "");
		this.foot.hidden = !isDraft && this.actions.every(({ hidden }) => hidden);
	}

	/** Whatever the server has by then is what goes out, or it says what has changed. */
	sendAll() {
		return this.act("send", this.send, { count: this.progress.counts.to_send });
	}

	async act(method, control, args = {}) {
		fill(this.alert);
		try {
			const request = () => this.call(method, { batch: this.batch, ...args }, { post: true });
			this.show(await whileDisabled(control, this.node, request));
			this.restartTimers();
		} catch (error) {
			await this.refresh();
			this.isOutOfDate = false;
			fill(this.alert, error.message);
		}
	}

	/** The same test again after a lost answer is one message. */
	async sendTest(conversation) {
		const request = { batch: this.batch, record_doctype: CHAT, record: conversation };
		const sent = await this.call(
			"test",
			{ ...request, client_key: this.keys.keyFor(request) },
			{ post: true },
		);
		this.keys.release(request);
		return sent;
	}
}
