// Times in a row: as short as they can be.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MORNING_H = 9;

/** `ms`: milliseconds, in its largest unit. */
export function shortDuration(ms) {
	if (ms >= DAY) return __("{0} d", [Math.floor(ms / DAY)]);
	if (ms >= HOUR) return __("{0} h", [Math.floor(ms / HOUR)]);
	return __("{0} min", [Math.max(0, Math.floor(ms / MINUTE))]);
}

/** The next day's morning in the transport's time zone, in epoch ms. */
export function nextMorning(now, times) {
	const local = times.localTime(now);
	const midnight = Math.floor(local / DAY) * DAY;
	return now - local + midnight + DAY + MORNING_H * HOUR;
}
