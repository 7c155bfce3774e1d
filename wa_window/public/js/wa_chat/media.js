// How a message shows a file.

import { button, h, icon, safeUrl } from "./dom.js";
import { KB, MB } from "./file_limits.js";
import { loadParts, whenLoaded } from "./on_demand.js";

const PREVIEWED_TYPES = ["image/jpeg", "image/png", "image/webp", "image/gif"];
const FAILED_STATES = ["failed", "elsewhere", "refused"];
const PLAYER_TAGS = { audio: "audio", video: "video" };

/** A file of a message, one node or several: shown, played or linked; else the state it is in. `onFetch` fetches a failed one again. */
export function attachment(media, message, onFetch) {
	const href = sameSiteUrl(media.file);
	const kind = kindOf(media, message.kind);
	const name = isFileName(message.kind, message.body) ? message.body : fileName(media) || kindLabel(kind);
	if (!href) {
		return h(
			"div",
			{ class: "wa-file" },
			fileLabel(kind, name, stateText(media)),
			FAILED_STATES.includes(media.state) && retryButton(onFetch),
		);
	}
	if (PREVIEWED_TYPES.includes(media.type)) {
		return h(
			"a",
			{ class: "wa-image", href, target: "_blank", rel: "noopener noreferrer", onclick: openLarge },
			h("img", { src: href, alt: name, loading: "lazy" }),
		);
	}
	if (PLAYER_TAGS[kind] && media.type.startsWith(kind)) return player(kind, href, name, media.size);
	return fileLink(kind, href, name, media);
}

/** A PDF opens in the browser; a download has the file's own name, not that of its URL. */
function fileLink(kind, href, name, { type, size }) {
	const opens = type === "application/pdf";
	const download = opens ? null : name;
	const link = h(
		"a",
		{ class: "wa-file", href, download, target: "_blank", rel: "noopener noreferrer" },
		fileLabel(kind, name, sizeText(size)),
	);
	return opens ? [link, downloadLink(href, name, __("Download"))] : link;
}

/** A picture is shown large; with a key held it opens in a tab, as links do. */
function openLarge(event) {
	if (event.ctrlKey || event.metaKey || event.shiftKey) return;
	event.preventDefault();
	const link = event.currentTarget;
	loadParts().then(
		({ Lightbox }) => new Lightbox(link),
		() => window.open(link.href, "_blank", "noopener"),
	);
}

function downloadLink(href, name, label) {
	return h(
		"a",
		{ class: "wa-download", href, download: name, "aria-label": __("Download {0}", [name]) },
		label,
	);
}

/** Not every browser plays AMR, 3GP and OGG: a link to the file is beside the player. */
function player(kind, href, name, size) {
	const label = [__("Download"), sizeText(size)].filter(Boolean).join(" · ");
	const node = h(
		"div",
		{ class: "wa-player" },
		h(PLAYER_TAGS[kind], {
			class: `wa-${kind}`,
			src: href,
			controls: true,
			preload: "metadata",
			"aria-label": name,
		}),
		downloadLink(href, name, label),
	);
	return kind === "audio" ? whenLoaded(node, ({ voiceNote }) => voiceNote(node)) : node;
}

/** A file as a message shows it until the server has accepted it. */
export function pendingMedia({ name, size, type }) {
	return { name, size, type, file: null, state: "sending" };
}

export function kindOf({ type }, kind = "document") {
	const mainType = (type || "").split("/")[0];
	if (["image", "audio", "video"].includes(mainType)) return mainType;
	return (type || "").endsWith("vcard") ? "contact" : kind;
}

export function iconOf(kind) {
	return ["image", "audio", "video", "location", "contact"].includes(kind) ? kind : "document";
}

export function kindLabel(kind) {
	const labels = {
		image: __("Photo"),
		audio: __("Voice message or audio"),
		video: __("Video"),
		location: __("Location"),
		contact: __("Contact card"),
		unsupported: __("Message"),
	};
	return labels[kind] || __("Document");
}

export function sizeText(size) {
	if (!size) return "";
	return size < MB ? __("{0} kB", [Math.ceil(size / KB)]) : __("{0} MB", [(size / MB).toFixed(1)]);
}

/** WhatsApp sends a document's name as the message's text. */
export function isFileName(kind, body) {
	return kind === "document" && /^.+\.\w{1,5}$/.test(body);
}

/** A file's own name, else the last part of its URL. */
function fileName({ file, name }) {
	if (name) return name;
	const last = (file || "").split(/[?#]/)[0].split("/").pop();
	try {
		return decodeURIComponent(last);
	} catch {
		return last;
	}
}

/** Only a file of this site is shown or linked. */
function sameSiteUrl(file) {
	return file?.startsWith("/") && !file.startsWith("//") ? safeUrl(file) : null;
}

function fileLabel(kind, name, note) {
	return [
		icon(iconOf(kind)),
		h("span", { class: "wa-file-name", dir: "auto" }, name),
		note && h("span", { class: "wa-quiet" }, note),
	];
}

function retryButton(onFetch) {
	return button({ class: "wa-link", onclick: (event) => onFetch(event.currentTarget) }, __("Try again"));
}

function stateText({ state, size }) {
	if (state === "sending") return sizeText(size);
	if (state === "pending") return __("downloading");
	if (state === "elsewhere") {
		return __(
			"Ask an administrator to turn on “Enforce HTTP auth on media” in Twilio's console, then try again.",
		);
	}
	if (state === "refused") return __("not downloaded: type or size not allowed");
	return state === "failed" ? __("download failed") : __("not available");
}
