import { get } from "./api.js";
import { __ } from "./i18n.js";
import { Panel } from "./panel.js";
import { Phone } from "./phone.js";

const POLL_MS = 1000;
const SIMULATION = __("This is a simulation: nothing leaves this computer.");
// The page around it says so already.
const NOTICE = window.top === window.self ? SIMULATION : "";

// Which chat is shown; polls the simulator and shows its state.
class Page {
	constructor() {
		document.title = __("Simulated Twilio: a customer's phone");
		document.getElementById("title").textContent = __("The customer's phone");
		this.notice = document.getElementById("simulation");
		this.showNotice(NOTICE, false);
		this.phone = new Phone(document.getElementById("phone"), this);
		this.panel = new Panel(document.getElementById("panel"), this);
		const query = new URLSearchParams(location.search);
		this.customer = query.get("customer") ?? "";
		this.sender = query.get("sender") ?? "";
		this.latestRequest = 0;
	}

	// Only the latest answer is shown: an earlier one may lack what has been added or chosen since.
	async refresh() {
		const request = ++this.latestRequest;
		const state = await get("state");
		if (request !== this.latestRequest) {
			return;
		}
		this.customer = existing(state.customers, "id", this.customer);
		this.sender = existing(state.senders, "address", this.sender);
		const { customer, sender } = this;
		const chat = await get("chat", { customer, sender });
		if (request === this.latestRequest) {
			this.panel.show(state);
			this.phone.show(state, chat);
		}
	}

	choose(pair) {
		Object.assign(this, pair);
		return this.act(() => null);
	}

	// Runs an action and shows its result; an error is shown in the line at the top.
	async act(action) {
		try {
			await action();
			await this.refresh();
			this.showNotice(NOTICE, false);
		} catch (error) {
			this.showNotice(`${NOTICE} ${error.message}`, true);
		}
	}

	showNotice(text, isError) {
		this.notice.textContent = text;
		this.notice.hidden = !text;
		this.notice.classList.toggle("error", isError);
	}

	async poll() {
		try {
			await this.refresh();
		} catch {
			const text = __("The simulator does not answer.");
			this.showNotice(`${NOTICE} ${text}`, true);
		}
		setTimeout(() => this.poll(), POLL_MS);
	}
}

// `value` if a record has it as its `property`, else that of the first record.
function existing(records, property, value) {
	return records.some((record) => record[property] === value) ? value : records[0][property];
}

new Page().poll();
