// Times as people read them, in the transport's time zone; and the server's clock.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SECONDS_SHOWN_BELOW = 10 * MINUTE;

/** The server's clock, continued by the browser's monotonic one: setting the computer's clock changes nothing. */
export class ServerClock {
	constructor() {
		this.sync(Date.now());
	}

	/** `serverNow`: epoch ms. */
	sync(serverNow) {
		this.offset = serverNow - performance.now();
		this.drift = Date.now() - performance.now();
	}

	now() {
		return this.offset + performance.now();
	}

	/** A monotonic clock stands still while a computer sleeps: then the chat has to be fetched again. */
	get mayHaveSlept() {
		return Math.abs(Date.now() - performance.now() - this.drift) > 5 * SECOND;
	}
}

/** `left`: milliseconds. */
export function timeLeft(left) {
	if (left >= HOUR) return __("{0} h {1} min", [Math.floor(left / HOUR), Math.floor((left % HOUR) / MINUTE)]);
	if (left >= SECONDS_SHOWN_BELOW) return __("{0} min", [Math.floor(left / MINUTE)]);
	const seconds = Math.floor((left % MINUTE) / SECOND);
	if (left >= MINUTE) return __("{0} min {1} s", [Math.floor(left / MINUTE), seconds]);
	return __("{0} s", [seconds]);
}

/** Milliseconds until `timeLeft` gives another text, or nothing is left. */
export function nextChange(left) {
	const step = left >= SECONDS_SHOWN_BELOW ? MINUTE : SECOND;
	return Math.max(1, Math.min(Math.floor(left % step) + 1, Math.ceil(left)));
}

export class Times {
	constructor({ locale, timeZone } = {}) {
		const language = isSupported(locale, timeZone) ? locale : undefined;
		const zone = isSupported(undefined, timeZone) ? timeZone : undefined;
		// Plain "en" is American to a browser: "Nov 24, 2:05 PM".
		const formatLocale = language === "en" ? "en-GB" : language;
		const format = (options) => new Intl.DateTimeFormat(formatLocale, { timeZone: zone, ...options });
		const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
		this.format = format;
		this.time = format(time);
		this.weekday = format({ weekday: "long" });
		this.date = format({ weekday: "short", day: "numeric", month: "short", year: "numeric" });
		this.nearby = format({ weekday: "short", ...time });
		this.distant = format({ day: "numeric", month: "short", year: "numeric", ...time });
		this.exact = format({ day: "numeric", month: "short", ...time, second: "2-digit" });
		this.full = format({ dateStyle: "full", timeStyle: "medium", hourCycle: "h23" });
		this.parts = new Intl.DateTimeFormat("en-CA", {
			timeZone: zone,
			year: "numeric",
			month: "2-digit",
			day: "2-digit",
		});
	}

	/** The calendar day as a number: days can be compared and subtracted. */
	day(ms) {
		return Date.parse(this.parts.format(ms)) / DAY;
	}

	dayName(ms, now) {
		const ago = this.day(now) - this.day(ms);
		if (ago === 0) return __("Today");
		if (ago === 1) return __("Yesterday");
		return (ago > 1 && ago < 7 ? this.weekday : this.date).format(ms);
	}

	/** The weekday and time of a moment that is near, else its date and time. */
	dateTime(ms, now) {
		return (Math.abs(this.day(now) - this.day(ms)) < 7 ? this.nearby : this.distant).format(ms);
	}
}

function isSupported(locale, timeZone) {
	try {
		new Intl.DateTimeFormat(locale, { timeZone });
		return true;
	} catch {
		return false;
	}
}
