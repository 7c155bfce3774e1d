import { button, h } from "/wa_chat/dom.js";

const HOUR_MS = 60 * 60 * 1000;
const STEPS_H = [2, 23];

/** The bar at the top of each page: that this is a simulation, the clock, theme and language. */
export class Header {
	constructor(node) {
		this.node = node;
		this.offsetMs = 0;
		this.time = h("time", {});
		this.theme = button({ onclick: () => this.switchTheme() });
		this.node.append(
			h("p", {}, __("This is a simulation: nothing leaves this computer.")),
			h(
				"div",
				{ role: "group", "aria-label": __("Clock") },
				this.time,
				STEPS_H.map((hours) => button({ onclick: () => advanceClock(hours) }, __("+{0} h", [hours]))),
			),
			h("div", { role: "group", "aria-label": __("Appearance") }, this.theme, languageLink()),
		);
		this.labelTheme();
		setInterval(() => this.showTime(), 1000);
	}

	/** `now_ms`: the playground's clock. */
	show({ now_ms: now }) {
		this.offsetMs = now - Date.now();
		this.showTime();
	}

	/** As the customer's phone writes it. */
	showTime() {
		this.time.textContent = new Date(Date.now() + this.offsetMs).toLocaleString(formatLocale(), {
			weekday: "short",
			hour: "2-digit",
			minute: "2-digit",
			hourCycle: "h23",
		});
	}

	switchTheme() {
		const { dataset } = document.documentElement;
		dataset.theme = dataset.theme === "dark" ? "light" : "dark";
		localStorage.setItem("theme", dataset.theme);
		this.labelTheme();
	}

	labelTheme() {
		const isDark = document.documentElement.dataset.theme === "dark";
		this.theme.textContent = isDark ? __("Light") : __("Dark");
	}
}

async function advanceClock(hours) {
	const headers = { "Content-Type": "application/json" };
	const body = JSON.stringify({ advance_ms: hours * HOUR_MS });
	await fetch("/playground/clock", { method: "POST", headers, body });
}

/** Each language by its own name. */
function languageLink() {
	const isIndonesian = document.documentElement.lang === "id";
	return h(
		"a",
		{
			hreflang: isIndonesian ? "en" : "id",
			lang: isIndonesian ? "en" : "id",
			href: isIndonesian ? location.pathname : "?lang=id",
		},
		isIndonesian ? "English" : "Bahasa Indonesia",
	);
}

/** Plain "en" is American to a browser. */
function formatLocale() {
	const { lang } = document.documentElement;
	return lang === "en" ? "en-GB" : lang;
}
