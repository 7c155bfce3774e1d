import { post } from "./api.js";
import { bubbles } from "./chat.js";
import { chooser, el, labelled } from "./dom.js";
import { __, dayAndTime } from "./i18n.js";

const DAY_MS = 24 * 60 * 60 * 1000;
const SAMPLES = [
	["image", __("Photo")],
	["document", __("Document")],
	["location", __("Location")],
	["contact", __("Contact")],
	["contact_versions", __("Contacts of other phones")],
	["audio", __("Voice message")],
	["video", __("Video")],
	["ad", __("From an ad")],
	["post", __("From a post")],
	["form", __("Answers of a form")],
	["forwarded", __("Forwarded text")],
	["forwarded_often", __("Text forwarded often")],
	["new_number", __("From a new number")],
	["order", __("Order")],
	["unsupported", __("Something unknown")],
];

const WITH_TEXT = ["image", "ad", "post", "forwarded", "forwarded_often", "new_number"];

// The customer's phone: whose it is, whom they write to, the chat, and what they can send.
export class Phone {
	constructor(root, page) {
		this.page = page;
		this.customers = chooser([], (id) => page.choose({ customer: id }));
		this.senders = chooser([], (address) => page.choose({ sender: address }));
		this.window = el("p", { class: "window" });
		this.messages = el("div", { class: "messages", role: "log", "aria-label": __("Chat"), tabindex: "0" });
		this.text = el("textarea", {
			rows: "1",
			placeholder: __("Write as the customer…"),
			"aria-label": __("Message"),
			onkeydown: (event) => this.onKey(event),
		});
		this.read = el("button", { type: "button", onclick: () => this.markRead() });
		this.own = el("div", { class: "own" });
		root.append(
			el(
				"header",
				{},
				labelled(__("Customer"), this.customers),
				labelled(__("Writes to"), this.senders),
				this.own,
			),
			this.window,
			this.messages,
			el(
				"div",
				{ class: "composer" },
				this.attachments(),
				this.text,
				el("button", { type: "button", class: "send", onclick: () => this.sendText() }, __("Send")),
			),
			el("div", { class: "below" }, this.read, newCustomer(page), fromConsole(page)),
		);
	}

	show(state, chat) {
		this.showOptions(
			this.customers,
			state.customers.map((c) => [c.id, c.name]),
			this.page.customer,
		);
		this.showOptions(
			this.senders,
			state.senders.map((s) => [s.address, `${s.label} ${withoutPrefix(s.address)}`]),
			this.page.sender,
		);
		this.showOwner(state.customers.find((c) => c.id === this.page.customer));
		this.window.textContent = windowText(chat);
		this.window.classList.toggle("open", chat.window_open);
		const unread = chat.messages.filter((m) => m.status === "delivered").length;
		this.read.textContent = __("Read {0} new", [unread]);
		this.read.disabled = !unread;
		this.showMessages(chat);
	}

	showOptions(select, choices, chosen) {
		const snapshot = JSON.stringify(choices);
		if (select.dataset.choices !== snapshot) {
			select.dataset.choices = snapshot;
			select.replaceChildren(...choices.map(([value, text]) => el("option", { value }, text)));
		}
		select.value = chosen;
	}

	showOwner(customer) {
		const snapshot = JSON.stringify(customer);
		if (this.own.dataset.shown === snapshot) {
			return;
		}
		this.own.dataset.shown = snapshot;
		const change = (name) => (event) =>
			this.page.act(() => post("customers", { id: customer.id, [name]: event.target.checked }));
		this.own.replaceChildren(
			el("span", { class: "address" }, withoutPrefix(customer.address)),
			checkbox(
				__("hides the number"),
				customer.hide_number,
				change("hide_number"),
				!customer.phone || !customer.user_id,
			),
			checkbox(__("has blocked the business"), customer.blocked, change("blocked")),
		);
	}

	showMessages(chat) {
		const snapshot = JSON.stringify([chat.messages, chat.typing]);
		if (this.shown === snapshot) {
			return;
		}
		this.shown = snapshot;
		this.messages.replaceChildren(...bubbles(chat, (message, button) => this.tapButton(message, button)));
		this.messages.scrollTop = this.messages.scrollHeight;
	}

	attachments() {
		const menu = el(
			"details",
			{ class: "attach" },
			el("summary", { title: __("Attach"), "aria-label": __("Attach") }, "+"),
		);
		const pick = el("input", { type: "file", hidden: true, onchange: () => this.sendFile(pick) });
		const close = (action) => () => {
			menu.open = false;
			action();
		};
		menu.append(
			el(
				"div",
				{ class: "menu" },
				...SAMPLES.map(([kind, label]) =>
					el(
						"button",
						{
							type: "button",
							onclick: close(() =>
								this.send({ kind, body: WITH_TEXT.includes(kind) ? this.takeText() : "" }),
							),
						},
						label,
					),
				),
				el("button", { type: "button", onclick: close(() => pick.click()) }, __("A file of yours…")),
			),
			pick,
		);
		return menu;
	}

	onKey(event) {
		if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
			event.preventDefault();
			this.sendText();
		}
	}

	takeText() {
		const text = this.text.value;
		this.text.value = "";
		return text;
	}

	sendText() {
		const body = this.takeText();
		if (body.trim()) {
			this.send({ body });
		}
	}

	async sendFile(pick) {
		const [chosen] = pick.files;
		pick.value = "";
		const content_type = chosen.type || "application/octet-stream";
		const kind = content_type.split("/")[0];
		const media = { name: chosen.name, content_type, base64: await base64(chosen) };
		this.send({ kind: ["image", "audio", "video"].includes(kind) ? kind : "document", media });
	}

	tapButton(message, button) {
		this.send({ kind: "button", replied_to: message.sid, button: button.id });
	}

	send(message) {
		return this.page.act(() =>
			post("message", { customer: this.page.customer, to: this.page.sender, ...message }),
		);
	}

	markRead() {
		return this.page.act(() => post("read", { customer: this.page.customer, sender: this.page.sender }));
	}
}

function newCustomer(page) {
	const name = el("input", { required: true, maxlength: "60" });
	const phone = el("input", {
		type: "tel",
		placeholder: "+6281…",
		pattern: "\\+[1-9][0-9]{4,14}",
		title: __("With country code, digits only: +6281234567890"),
	});
	const hidden = el("input", { type: "checkbox" });
	const add = async (event) => {
		event.preventDefault();
		const user_id = `ID.2081${Date.now()}`;
		const id = phone.value || user_id;
		await page.act(() =>
			post("customers", {
				id,
				name: name.value,
				phone: phone.value,
				user_id,
				hide_number: hidden.checked || !phone.value,
			}),
		);
		page.choose({ customer: id });
		event.target.reset();
		event.target.closest("details").open = false;
	};
	const form = el(
		"form",
		{ onsubmit: add },
		labelled(__("Name"), name),
		labelled(__("Number"), phone),
		labelled(__("Hides the number"), hidden),
		el("button", {}, __("Add")),
	);
	return el("details", { class: "new" }, el("summary", {}, __("New customer…")), form);
}

/** What somebody writes to this customer in Twilio's console, without the app. */
function fromConsole(page) {
	const body = el("input", { required: true, maxlength: "1600" });
	const send = async (event) => {
		event.preventDefault();
		const { customer, sender } = page;
		await page.act(() => post("console", { customer, sender, body: body.value }));
		event.target.reset();
		event.target.closest("details").open = false;
	};
	const form = el(
		"form",
		{ onsubmit: send },
		labelled(__("Text"), body),
		el("button", {}, __("Send to the customer")),
	);
	return el("details", { class: "new" }, el("summary", {}, __("Twilio's console…")), form);
}

function checkbox(label, checked, onchange, disabled = false) {
	return el(
		"label",
		{ class: "check" },
		el("input", { type: "checkbox", checked, onchange, disabled }),
		label,
	);
}

function withoutPrefix(address) {
	return address.replace("whatsapp:", "");
}

function windowText(chat) {
	if (!chat.last_inbound_ms) {
		return __("Window: never opened. The business may only send approved templates.");
	}
	const closes = dayAndTime(chat.last_inbound_ms + DAY_MS);
	return chat.window_open
		? __("Window: open until {0}.", [closes])
		: __("Window: closed since {0}.", [closes]);
}

function base64(chosen) {
	return new Promise((resolve, reject) => {
		const reader = new FileReader();
		reader.onload = () => resolve(reader.result.split(",")[1]);
		reader.onerror = () => reject(reader.error);
		reader.readAsDataURL(chosen);
	});
}
