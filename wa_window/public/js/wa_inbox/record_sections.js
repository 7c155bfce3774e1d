// The sections beside a chat: what the server has answered, as nodes. All of it is text.

import { button, h, icon, safeUrl } from "../wa_chat/dom.js";
import { linkify } from "../wa_chat/links.js";
import { iconOf, kindOf, sizeText } from "../wa_chat/media.js";

const MOST_NOTES = 5;

/** Tasks, event, notes, files and related documents; those without anything are left out. */
export function recordSections(
	{ tasks, event, notes = [], files = [], related = [] },
	{ now, times, recordLink },
) {
	const link = (found, ...content) => linked(recordLink(found), ...content);
	return [
		section(
			__("Open tasks"),
			(tasks ?? []).map((task) => taskItem(task, link)),
		),
		section(__("Next event"), event ? [eventItem(event, link, now, times)] : []),
		section(
			__("Notes"),
			notes.slice(0, MOST_NOTES).map((note) => noteItem(note, now, times)),
		),
		section(
			__("Files"),
			files.map((file) => fileItem(file, now, times)),
		),
		...related.map(({ label, rows }) =>
			section(
				label,
				rows.map((row) => relatedItem(row, link)),
			),
		),
	];
}

/** The records that may be the customer's; `actions` are RecordActions. */
export function candidatesSection({ candidates, may_create: mayCreate }, { recordLink, actions }) {
	return h(
		"section",
		{ class: "wi-section" },
		h("h3", {}, __("No lead yet")),
		candidates.length > 0 && h("p", { class: "wa-quiet" }, __("Is it one of these?")),
		h(
			"ul",
			{ class: "wi-items" },
			candidates.map((candidate) => candidateItem(candidate, recordLink, actions)),
		),
		mayCreate && button({ class: "wa-button", onclick: () => actions.create() }, __("Create lead")),
	);
}

function candidateItem(candidate, recordLink, actions) {
	const { title, label, phone, owner } = candidate;
	return h(
		"li",
		{ class: "wi-candidate" },
		h(
			"div",
			{ class: "wi-candidate-text" },
			linked(recordLink(candidate), h("bdi", {}, title)),
			h("div", { class: "wa-quiet", dir: "auto" }, [label, phone, owner].filter(Boolean).join(" · ")),
		),
		button(
			{
				class: "wa-button",
				"aria-label": __("Link to {0}", [title]),
				onclick: () => actions.link(candidate),
			},
			__("Link"),
		),
	);
}

function section(title, items) {
	if (!items.length) return null;
	return h("section", { class: "wi-section" }, h("h3", {}, title), h("ul", { class: "wi-items" }, items));
}

function taskItem(task, link) {
	return h(
		"li",
		{},
		link(task, h("span", { class: "wi-clamped", dir: "auto" }, task.text)),
		h(
			"div",
			{ class: "wa-quiet" },
			task.due && h("span", { class: task.is_overdue ? "wi-overdue" : "" }, dueText(task)),
			task.due && task.who && " · ",
			task.who && h("bdi", {}, task.who),
		),
	);
}

function dueText({ due, is_overdue: isOverdue }) {
	return isOverdue ? __("overdue since {0}", [due]) : __("due {0}", [due]);
}

function eventItem(event, link, now, times) {
	const when = event.is_all_day ? times.date.format(event.at_ms) : times.dateTime(event.at_ms, now);
	return h(
		"li",
		{},
		link(event, h("span", { dir: "auto" }, event.text)),
		h("div", { class: "wa-quiet" }, when),
	);
}

function noteItem({ author, is_mine: isMine, at_ms: at, text }, now, times) {
	return h(
		"li",
		{},
		h("div", { class: "wi-note-text wi-clamped", dir: "auto" }, linkify(text)),
		h(
			"div",
			{ class: "wa-quiet" },
			h("bdi", {}, isMine ? __("You") : author),
			" · ",
			times.dateTime(at, now),
		),
	);
}

function fileItem({ name, url, type, size, at_ms: at }, now, times) {
	const label = [
		icon(iconOf(kindOf({ type }))),
		h("span", { class: "wa-file-name", dir: "auto" }, name || __("File")),
	];
	return h(
		"li",
		{},
		linked(safeUrl(url), h("span", { class: "wa-file" }, label)),
		h("div", { class: "wa-quiet" }, [sizeText(size), times.brief(at, now)].filter(Boolean).join(" · ")),
	);
}

function relatedItem(row, link) {
	return h(
		"li",
		{},
		link(row, h("span", { dir: "auto" }, row.name)),
		h("div", { class: "wa-quiet", dir: "auto" }, [row.status, row.amount].filter(Boolean).join(" · ")),
	);
}

/** In a page of its own, where there is one. */
function linked(address, ...content) {
	const href = address && safeUrl(address);
	return href
		? h("a", { class: "wi-item-link", href, target: "_blank", rel: "noopener noreferrer" }, content)
		: h("span", { class: "wi-item-link" }, content);
}
