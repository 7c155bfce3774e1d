import { NOTIFIED_EVENT } from "../wa_chat/realtime.js";
import { withStorage } from "../wa_chat/storage.js";

const KEY = "wa-window-alerts";
const ICON = "/assets/wa_window/icons/home_screen/192.png";
// Two short tones: how many hertz, and after how many seconds.
const TONES = [
	[880, 0],
	[1175, 0.12],
];
const TONE_S = 0.18;
const VOLUME = 0.12;
// In which another tab of this browser hears of the same message.
const OTHER_TABS_MS = 3_000;

/** Whether this browser sounds and shows a notification of its own for a message: off until somebody wants it. */
export function alertsAreOn() {
	return withStorage("localStorage", (storage) => storage.getItem(KEY)) === "1";
}

/** Switches it on or off, and asks for the browser's permission; returns whether the browser will show notifications. */
export async function switchAlerts(isOn) {
	withStorage("localStorage", (storage) => storage.setItem(KEY, isOn ? "1" : "0"));
	if (!isOn) return true;
	playSound();
	return (await window.Notification?.requestPermission()) === "granted";
}

/**
 * Alerts to the messages of which the server notifies this user: not to those of a chat that they are looking at. `realtime` has
 * `on`; `onOpen(conversation)` is called when somebody clicks on a notification. `toast(message)` shows it on the page where the
 * browser shows none.
 */
export function listenForAlerts(realtime, onOpen, toast) {
	realtime.on(NOTIFIED_EVENT, (message) => {
		if (!alertsAreOn()) return;
		const toastHere = () => document.visibilityState === "visible" && toast?.(message);
		inOneTab(message.message, () => showAlert(message, onOpen, toastHere));
		if (!browserShows()) toastHere();
	});
}

function browserShows() {
	return window.Notification?.permission === "granted";
}

/** `act` in the first tab that comes; in each where the browser has no locks between tabs. */
function inOneTab(name, act) {
	if (!navigator.locks) {
		act();
		return;
	}
	navigator.locks.request(`wa-window-alert:${name}`, { ifAvailable: true }, async (lock) => {
		if (!lock) return;
		act();
		await new Promise((resolve) => setTimeout(resolve, OTHER_TABS_MS));
	});
}

function showAlert({ conversation, title, text }, onOpen, onRefused) {
	playSound();
	if (!browserShows()) return;
	try {
		const shown = new Notification(title, { body: text, tag: conversation, icon: ICON, silent: true });
		shown.onclick = () => {
			window.focus();
			shown.close();
			onOpen(conversation);
		};
	} catch {
		// A phone's browser shows notifications of a service worker only, whatever it has permitted:
		// https://developer.mozilla.org/en-US/docs/Web/API/Notification/Notification
		onRefused();
	}
}

function playSound() {
	const context = new AudioContext();
	const volume = context.createGain();
	volume.gain.value = VOLUME;
	volume.connect(context.destination);
	for (const [frequency, after] of TONES) {
		const tone = context.createOscillator();
		tone.frequency.value = frequency;
		tone.connect(volume);
		tone.start(context.currentTime + after);
		tone.stop(context.currentTime + after + TONE_S);
		tone.onended = () => after === TONES.at(-1)[1] && context.close();
	}
}
