import { playgroundTransport } from "./transport.js";

const HOUR_MS = 60 * 60 * 1000;
const name = decodeURIComponent(location.pathname.split("/").pop());
const $ = (id) => document.getElementById(id);

async function fetchState() {
	return (await fetch("/playground/state")).json();
}

function showLeads(leads) {
	$("leads").replaceChildren(
		...leads.map((lead) => {
			const link = document.createElement("a");
			link.href = `/lead/${lead.name}${location.search}`;
			link.textContent = lead.lead_name;
			if (lead.name === name) link.setAttribute("aria-current", "page");
			const item = document.createElement("li");
			item.append(link);
			return item;
		}),
	);
}

let offsetMs = 0;

function showTime() {
	const now = new Date(Date.now() + offsetMs);
	$("now").textContent = now.toLocaleString(document.documentElement.lang, {
		weekday: "short",
		hour: "2-digit",
		minute: "2-digit",
		hourCycle: "h23",
	});
}

async function advanceClock(hours) {
	const headers = { "Content-Type": "application/json" };
	const body = JSON.stringify({ advance_ms: hours * HOUR_MS });
	await fetch("/playground/clock", { method: "POST", headers, body });
	await refresh();
}

async function refresh() {
	const { leads, now_ms } = await fetchState();
	offsetMs = now_ms - Date.now();
	showTime();
	showLeads(leads);
	return leads;
}

function switchTheme() {
	const { dataset } = document.documentElement;
	dataset.theme = dataset.theme === "dark" ? "light" : "dark";
	localStorage.setItem("theme", dataset.theme);
	labelThemeButton();
}

function labelThemeButton() {
	$("theme").textContent = document.documentElement.dataset.theme === "dark" ? "Light" : "Dark";
}

function showLanguage() {
	const indonesian = document.documentElement.lang === "id";
	$("language").textContent = indonesian ? "English" : "Bahasa Indonesia";
	$("language").hreflang = indonesian ? "en" : "id";
	$("language").href = indonesian ? location.pathname : "?lang=id";
}

async function start() {
	const { phone_url } = await fetchState();
	const lead = (await refresh()).find((row) => row.name === name);
	$("lead-name").textContent = lead.lead_name;
	$("lead-phone").textContent = lead.phone;
	document.title = `${lead.lead_name} - WA Window playground`;
	$("phone-link").href = phone_url;
	if (matchMedia("(min-width: 70rem)").matches) $("phone").src = phone_url;
	for (const button of document.querySelectorAll("[data-hours]")) {
		button.addEventListener("click", () => advanceClock(Number(button.dataset.hours)));
	}
	$("theme").addEventListener("click", switchTheme);
	labelThemeButton();
	showLanguage();
	setInterval(showTime, 1000);
	const chat = document.querySelector("wa-chat");
	chat.transport = playgroundTransport();
	chat.show({ doctype: "Chat Lead", name });
}

start();
