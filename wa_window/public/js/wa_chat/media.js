import { button, h, icon, safeUrl } from "./dom.js";

const PREVIEWED = ["image/jpeg", "image/png", "image/webp", "image/gif"];
const CAPTIONED = ["image/jpeg", "image/png", "image/webp"];
const PLAYED = { audio: "audio", video: "video" };
const MB = 1_000_000;
const LARGEST = 16 * MB;
const LARGEST_IMAGE = 5 * MB;

/** A file of a message: shown, played or linked; else what became of it. `onFetch` has a failed one fetched again. */
export function attachment(media, message, onFetch) {
	const href = hostFile(media.file);
	const kind = kindOf(media, message.kind);
	const name = isFileName(message.kind, message.body) ? message.body : fileName(media) || kindWords(kind);
	if (!href) return h("div", { class: "wa-file" }, label(kind, name, stateWords(media)), media.state === "failed" && again(onFetch));
	if (PREVIEWED.includes(media.type)) {
		return h("a", { class: "wa-image", href, target: "_blank", rel: "noopener noreferrer" }, h("img", { src: href, alt: name, loading: "lazy" }));
	}
	if (PLAYED[kind]) return h(PLAYED[kind], { class: `wa-${kind}`, src: href, controls: true, preload: "metadata", "aria-label": name });
	// A PDF opens in the browser; what is downloaded has its own name, not that of its address.
	const download = media.type === "application/pdf" ? null : name;
	return h("a", { class: "wa-file", href, download, target: "_blank", rel: "noopener noreferrer" }, label(kind, name, sizeWords(media.size)));
}

/** A file that was chosen: only an image may have a text beside it, all others go as messages of their own. */
export function isCaptioned({ type }) {
	return CAPTIONED.includes(type);
}

/** Why WhatsApp would not take a file of this size; empty where it would. */
export function sizeProblem({ name, size, type }) {
	const largest = type.startsWith("image/") ? LARGEST_IMAGE : LARGEST;
	if (size <= largest) return "";
	return __("{0} is bigger than the {1} MB that WhatsApp takes: choose a smaller one.", [name, largest / MB]);
}

/** What is shown of a file until the server has taken it. */
export function sendingMedia({ name, size, type }) {
	return { name, size, type, file: null, state: "sending" };
}

export function kindOf({ type }, kind = "document") {
	const family = (type || "").split("/")[0];
	if (["image", "audio", "video"].includes(family)) return family;
	return (type || "").endsWith("vcard") ? "contact" : kind;
}

export function iconOf(kind) {
	return ["image", "audio", "video", "location", "contact"].includes(kind) ? kind : "document";
}

export function kindWords(kind) {
	const words = {
		image: __("Photo"),
		audio: __("Voice message or audio"),
		video: __("Video"),
		location: __("Location"),
		contact: __("Contact card"),
	};
	return words[kind] || __("Document");
}

export function sizeWords(size) {
	if (!size) return "";
	return size < MB ? __("{0} kB", [Math.ceil(size / 1000)]) : __("{0} MB", [(size / MB).toFixed(1)]);
}

/** WhatsApp sends a document's own name as its text. */
export function isFileName(kind, body) {
	return kind === "document" && /^.+\.\w{1,5}$/.test(body);
}

/** A file's own name; its address may be one that says nothing to people. */
function fileName({ file, name }) {
	if (name) return name;
	const last = (file || "").split(/[?#]/)[0].split("/").pop();
	try {
		return decodeURIComponent(last);
	} catch {
		return last;
	}
}

/** Only a file of this very site is shown or linked. */
function hostFile(file) {
	return file?.startsWith("/") && !file.startsWith("//") ? safeUrl(file) : null;
}

function label(kind, name, words) {
	return [icon(iconOf(kind)), h("span", { class: "wa-file-name", dir: "auto" }, name), words && h("span", { class: "wa-quiet" }, words)];
}

function again(onFetch) {
	return button({ class: "wa-link", onclick: (event) => onFetch(event.currentTarget) }, __("Try again"));
}

function stateWords({ state, size }) {
	if (state === "sending") return sizeWords(size);
	if (state === "pending") return __("being fetched");
	if (state === "refused") return __("not taken: its type or size is not allowed here");
	return state === "failed" ? __("could not be fetched") : __("not available");
}
