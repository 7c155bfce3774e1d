import { get } from "./api.js";
import { Panel } from "./panel.js";
import { Phone } from "./phone.js";
import { __ } from "./words.js";

const LOOKS_EVERY_MS = 1000;
const SIMULATION = __("This is a simulation: nothing leaves this computer.");

// Which chat is shown, and the round of looking at the simulator and showing what it says.
class Page {
	constructor() {
		this.notice = document.getElementById("simulation");
		this.phone = new Phone(document.getElementById("phone"), this);
		this.panel = new Panel(document.getElementById("panel"), this);
		const asked = new URLSearchParams(location.search);
		this.customer = asked.get("customer") ?? "";
		this.sender = asked.get("sender") ?? "";
		this.looks = 0;
	}

	// Only the latest look is shown: the answer to an earlier one may not know whom has been added or chosen since.
	async look() {
		const look = ++this.looks;
		const state = await get("state");
		if (look !== this.looks) {
			return;
		}
		this.customer = known(state.customers, "id", this.customer);
		this.sender = known(state.senders, "address", this.sender);
		const { customer, sender } = this;
		const chat = await get("chat", { customer, sender });
		if (look === this.looks) {
			this.panel.show(state);
			this.phone.show(state, chat);
		}
	}

	choose(pair) {
		Object.assign(this, pair);
		return this.act(() => null);
	}

	// Do something and show what became of it; a mistake is told in the line at the top.
	async act(action) {
		try {
			await action();
			await this.look();
			this.tell(SIMULATION, false);
		} catch (error) {
			this.tell(`${SIMULATION} ${error.message}`, true);
		}
	}

	tell(words, wrong) {
		this.notice.textContent = words;
		this.notice.classList.toggle("wrong", wrong);
	}

	async keepLooking() {
		try {
			await this.look();
		} catch {
			this.tell(`${SIMULATION} ${__("The simulator does not answer.")}`, true);
		}
		setTimeout(() => this.keepLooking(), LOOKS_EVERY_MS);
	}
}

function known(records, name, wanted) {
	return records.some((record) => record[name] === wanted) ? wanted : records[0][name];
}

new Page().keepLooking();
