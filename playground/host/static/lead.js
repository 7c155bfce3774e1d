import "/wa_chat/index.js";
import { h } from "/wa_chat/dom.js";
import { Header } from "./header.js";
import { Phone } from "./phone.js";
import { fetchState, playgroundTransport, subscribe } from "./transport.js";

const name = decodeURIComponent(location.pathname.split("/").pop());
const $ = (id) => document.getElementById(id);

const header = new Header($("header"));
const phone = new Phone($("phone"));

function showLeads(leads) {
	$("leads").replaceChildren(
		...leads.map((lead) =>
			h(
				"li",
				{},
				h(
					"a",
					{
						href: `/lead/${lead.name}${location.search}`,
						"aria-current": lead.name === name ? "page" : null,
					},
					lead.lead_name,
				),
			),
		),
	);
}

async function refresh() {
	const state = await fetchState();
	header.show(state);
	phone.show(state);
	showLeads(state.leads);
	return state;
}

async function start() {
	const { leads } = await refresh();
	const lead = leads.find((row) => row.name === name);
	$("lead-name").textContent = lead.lead_name;
	$("lead-phone").textContent = lead.phone;
	document.title = `${lead.lead_name} - WA Window playground`;
	$("inbox-link").textContent = __("Inbox");
	$("inbox-link").href = `/${location.search}`;
	document.querySelector("nav").setAttribute("aria-label", __("Leads"));
	$("lead").setAttribute("aria-label", __("Lead"));
	subscribe(refresh);
	const chat = document.querySelector("wa-chat");
	chat.transport = playgroundTransport();
	chat.show({ doctype: "Chat Lead", name });
}

start();
