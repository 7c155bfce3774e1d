import { button, h, icon, safeUrl } from "./dom.js";
import { SHRUNK, shrunk } from "./shrink.js";

const PREVIEWED = ["image/jpeg", "image/png", "image/webp", "image/gif"];
// As chat/media.py has it.
const OFFICE = "application/vnd.openxmlformats-officedocument.";
const CAPTIONED = [
	"image/jpeg",
	"image/png",
	"video/mp4",
	"application/pdf",
	"application/msword",
	"application/vnd.ms-excel",
	"application/vnd.ms-powerpoint",
	`${OFFICE}wordprocessingml.document`,
	`${OFFICE}spreadsheetml.sheet`,
	`${OFFICE}presentationml.presentation`,
];
const STICKER = "image/webp";
const PLAYED = { audio: "audio", video: "video" };
const KB = 1000;
const MB = 1000 * KB;
const LARGEST = 16 * MB;
const LARGEST_IMAGE = 5 * MB;
// Of one that moves; the server looks into the file and takes less of one that does not.
const LARGEST_STICKER = 500 * KB;

/** A file of a message: shown, played or linked; else what became of it. `onFetch` has a failed one fetched again. */
export function attachment(media, message, onFetch) {
	const href = hostFile(media.file);
	const kind = kindOf(media, message.kind);
	const name = isFileName(message.kind, message.body) ? message.body : fileName(media) || kindWords(kind);
	if (!href) return h("div", { class: "wa-file" }, label(kind, name, stateWords(media)), ["failed", "elsewhere", "refused"].includes(media.state) && again(onFetch));
	if (PREVIEWED.includes(media.type)) {
		return h("a", { class: "wa-image", href, target: "_blank", rel: "noopener noreferrer" }, h("img", { src: href, alt: name, loading: "lazy" }));
	}
	if (PLAYED[kind] && media.type.startsWith(kind)) return player(kind, href, name, media.size);
	// A PDF opens in the browser; what is downloaded has its own name, not that of its address.
	const download = media.type === "application/pdf" ? null : name;
	return h("a", { class: "wa-file", href, download, target: "_blank", rel: "noopener noreferrer" }, label(kind, name, sizeWords(media.size)));
}

/** Not every browser plays AMR, 3GP and OGG: beside the player stands the file itself. */
function player(kind, href, name, size) {
	const words = [__("Download"), sizeWords(size)].filter(Boolean).join(" · ");
	return h(
		"div",
		{ class: "wa-player" },
		h(PLAYED[kind], { class: `wa-${kind}`, src: href, controls: true, preload: "metadata", "aria-label": name }),
		h("a", { class: "wa-download", href, download: name, "aria-label": __("Download {0}", [name]) }, words),
	);
}

/** A file that was chosen: whether WhatsApp shows a text beside it; else it goes as a message of its own. */
export function isCaptioned({ type }) {
	return CAPTIONED.includes(type);
}

/** Why WhatsApp would not take a file of this size; empty where it would. */
export function sizeProblem({ name, size, type }) {
	if (isSticker({ type }) && size > LARGEST_STICKER) {
		return __("{0} would become a sticker, of at most {1} kB: choose a JPEG or PNG instead.", [name, LARGEST_STICKER / KB]);
	}
	const largest = type.startsWith("image/") ? LARGEST_IMAGE : LARGEST;
	if (size <= largest) return "";
	return __("{0} is bigger than the {1} MB that WhatsApp takes: choose a smaller one.", [name, largest / MB]);
}

/** The same photo as WhatsApp takes it. Rejects where the browser cannot read it, or cannot make it small enough. */
export function smaller(file) {
	return shrunk(file, LARGEST_IMAGE);
}

/** Whether a file is a photo that is only too big. */
export function mayShrink(file) {
	return SHRUNK.includes(file.type) && file.size > LARGEST_IMAGE;
}

/** WhatsApp shows WebP as a sticker. */
export function isSticker({ type }) {
	return type === STICKER;
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
	if (state === "elsewhere") {
		return __("Twilio keeps it where this site does not follow. An administrator switches on “Enforce HTTP auth on media” in Twilio's console; then try again.");
	}
	if (state === "refused") return __("not taken: its type or size is not allowed here");
	return state === "failed" ? __("could not be fetched") : __("not available");
}
