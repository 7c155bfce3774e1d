import { button, fill, h } from "./dom.js";

const RATES = [1, 1.5, 2];

// The next voice note is played at the speed of the last one, as in WhatsApp.
let rate = RATES[0];

/** Adds the length and the speed to a player of audio; one starts, and all others of the chat pause. */
export function voiceNote(node) {
	const audio = node.querySelector("audio");
	const length = h("span", { class: "wa-length" });
	const problem = h("span", { class: "wa-quiet", role: "status" });
	const speed = button({ class: "wa-link wa-speed", onclick: () => setRate(nextRate()) });
	const setRate = (chosen) => {
		rate = chosen;
		audio.playbackRate = rate;
		showRate();
	};
	const showRate = () => {
		fill(speed, __("{0}×", [rate.toLocaleString(document.documentElement.lang || undefined)]));
		speed.setAttribute("aria-label", __("Speed: {0}", [speed.textContent]));
	};
	const showLength = () => fill(length, lengthText(audio.duration));
	audio.addEventListener("loadedmetadata", () => measure(audio, showLength));
	audio.addEventListener("play", () => {
		audio.playbackRate = rate;
		showRate();
		for (const other of node.closest(".wa-chat")?.querySelectorAll("audio") ?? []) {
			if (other !== audio) other.pause();
		}
	});
	audio.addEventListener("error", () => {
		fill(problem, __("This browser cannot play it: download it."));
		speed.hidden = true;
	});
	showRate();
	if (audio.duration) measure(audio, showLength);
	node.append(h("div", { class: "wa-voice" }, length, speed, node.querySelector(".wa-download"), problem));
	return node;
}

function nextRate() {
	return RATES[(RATES.indexOf(rate) + 1) % RATES.length];
}

/** The length of an OGG stands in its last page: where the server sends no parts of a file, Chromium learns it by going there. */
function measure(audio, onKnown) {
	if (Number.isFinite(audio.duration)) {
		onKnown();
		return;
	}
	const onChange = () => {
		if (!Number.isFinite(audio.duration)) return;
		audio.removeEventListener("durationchange", onChange);
		audio.currentTime = 0;
		onKnown();
	};
	audio.addEventListener("durationchange", onChange);
	audio.currentTime = Number.MAX_SAFE_INTEGER;
}

/** Of a stream the length is not known. */
function lengthText(seconds) {
	if (!Number.isFinite(seconds)) return "";
	const whole = Math.round(seconds);
	return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
