import { post } from "./api.js";
import { el, labelled } from "./dom.js";
import { __, exactTime, weekdayAndTime } from "./i18n.js";

const HOUR_MS = 60 * 60 * 1000;
const SHARES = [
	["0", __("none")],
	["0.3", __("some")],
	["1", __("all")],
];
const NO_WEBHOOK_FAULTS = { lost: 0, twice: 0, late_ms: 0, out_of_order: false };
const NO_FAULTS = {
	inbound: NO_WEBHOOK_FAULTS,
	status: NO_WEBHOOK_FAULTS,
	too_many_requests: 0,
	server_errors: 0,
	server_error_after_accept: 0,
	unavailable_after_accept: 0,
	cut_after_accept: 0,
	hang_after_accept: 0,
	fail_next: 0,
	code_later: 0,
};

// Beside the phone: the clock, the faults to inject, the webhook addresses, and every webhook with its answer.
export class Panel {
	constructor(root, page) {
		this.page = page;
		this.controls = [];
		this.time = el("output", { class: "time" });
		this.senders = el("div");
		this.log = el("tbody");
		root.append(
			card(
				__("Clock"),
				this.time,
				el("p", { class: "row" }, ...[1, 2, 23, 24].map((hours) => this.advanceButton(hours))),
			),
			folded(
				__("Break things"),
				this.webhookFaults(__("Incoming messages"), "inbound"),
				this.webhookFaults(__("Delivery statuses"), "status"),
				this.callFaults(),
				el(
					"button",
					{ type: "button", onclick: () => page.act(() => post("faults", NO_FAULTS)) },
					__("No faults"),
				),
			),
			card(__("Webhook addresses"), this.senders),
			card(__("Webhooks"), webhookTable(this.log)),
		);
	}

	show(state) {
		this.time.textContent = weekdayAndTime(state.now_ms);
		for (const control of this.controls) {
			control.show(state.faults);
		}
		this.showSenders(state.senders);
		this.showLog(state.webhooks);
	}

	advanceButton(hours) {
		const move = () => this.page.act(() => post("clock", { advance_ms: hours * HOUR_MS }));
		return el("button", { type: "button", onclick: move }, __("+{0} h", [hours]));
	}

	webhookFaults(title, kind) {
		const read = (name) => (faults) => faults[kind][name];
		const write = (name) => (value) => ({ [kind]: { [name]: value } });
		return el(
			"fieldset",
			{},
			el("legend", {}, title),
			this.shareMenu(__("Lost"), read("lost"), write("lost")),
			this.shareMenu(__("Twice"), read("twice"), write("twice")),
			this.numberInput(
				__("Seconds late"),
				(faults) => faults[kind].late_ms / 1000,
				(value) => ({ [kind]: { late_ms: value * 1000 } }),
			),
			this.checkbox(__("Out of order"), read("out_of_order"), write("out_of_order")),
		);
	}

	callFaults() {
		const count = (text, name) =>
			this.numberInput(
				text,
				(faults) => faults[name],
				(value) => ({ [name]: value }),
			);
		return el(
			"fieldset",
			{},
			el("legend", {}, __("The app's next calls")),
			count(__("Too many requests (429)"), "too_many_requests"),
			count(__("Server error (500)"), "server_errors"),
			count(__("Accepted, then server error (500)"), "server_error_after_accept"),
			count(__("Accepted, then unavailable (503)"), "unavailable_after_accept"),
			count(__("Accepted, then cut off"), "cut_after_accept"),
			count(__("Accepted, then silence"), "hang_after_accept"),
			count(__("Accepted, then failed"), "fail_next"),
			count(__("… with code"), "fail_code"),
		);
	}

	shareMenu(text, read, write) {
		const options = SHARES.map(([value, text]) => el("option", { value }, text));
		const select = el("select", { onchange: () => this.change(write(Number(select.value))) }, ...options);
		return this.bind(text, select, (faults) => (select.value = String(read(faults))));
	}

	numberInput(text, read, write) {
		const input = el("input", {
			type: "number",
			min: "0",
			onchange: () => this.change(write(Number(input.value))),
		});
		return this.bind(text, input, (faults) => (input.value = read(faults)));
	}

	checkbox(text, read, write) {
		const input = el("input", { type: "checkbox", onchange: () => this.change(write(input.checked)) });
		return this.bind(text, input, (faults) => (input.checked = read(faults)));
	}

	// A control that shows the faults as they are, unless it is being changed.
	bind(text, control, show) {
		this.controls.push({ show: (faults) => document.activeElement !== control && show(faults) });
		return labelled(text, control);
	}

	change(faults) {
		document.activeElement.blur();
		return this.page.act(() => post("faults", faults));
	}

	showSenders(senders) {
		const snapshot = JSON.stringify(senders);
		if (this.sendersShown !== snapshot) {
			this.sendersShown = snapshot;
			this.senders.replaceChildren(...senders.map((sender) => this.sender(sender)));
		}
	}

	sender(sender) {
		const change = (changes) => this.page.act(() => post("senders", { address: sender.address, ...changes }));
		const url = el("input", {
			type: "url",
			value: sender.inbound_url,
			placeholder: "http://127.0.0.1:8020/…",
			onchange: () => change({ inbound_url: url.value }),
		});
		const optOut = el("input", {
			type: "checkbox",
			checked: sender.advanced_opt_out,
			onchange: () => change({ advanced_opt_out: optOut.checked }),
		});
		return el(
			"fieldset",
			{},
			el("legend", {}, `${sender.label} ${sender.address.replace("whatsapp:", "")}`),
			labelled(__("Posts to"), url),
			labelled(__("Advanced Opt-Out (STOP, START)"), optOut),
		);
	}

	showLog(webhooks) {
		const last = webhooks.at(-1)?.seq ?? 0;
		if (this.logShown !== last) {
			this.logShown = last;
			this.log.replaceChildren(...[...webhooks].reverse().map(webhookRow));
		}
	}
}

function card(title, ...children) {
	return el("section", { class: "card" }, el("h2", {}, title), ...children);
}

function folded(title, ...children) {
	return el("details", { class: "card" }, el("summary", {}, el("h2", {}, title)), ...children);
}

function webhookTable(body) {
	const heads = [__("When"), __("What"), __("Answer"), __("ms")].map((text) =>
		el("th", { scope: "col" }, text),
	);
	return el(
		"div",
		{ class: "scroll", tabindex: "0" },
		el("table", {}, el("thead", {}, el("tr", {}, ...heads)), body),
	);
}

function webhookRow(entry) {
	const isFine = entry.answer === 200 && !entry.warning;
	const answer = [entry.answer, entry.warning].filter(Boolean).join(" · ");
	const what = entry.attempt > 1 ? __("{0}, again", [entry.status]) : entry.status;
	return el(
		"tr",
		{ class: isFine ? "" : "bad", title: `${entry.url} ${entry.message_sid}` },
		el("td", {}, exactTime(entry.at_ms)),
		el("td", {}, what),
		el("td", {}, answer),
		el("td", {}, entry.attempt ? String(entry.ms) : ""),
	);
}
