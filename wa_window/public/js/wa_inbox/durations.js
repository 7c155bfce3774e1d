// Times in a row: as short as they can be.

import { Times } from "../wa_chat/times.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MORNING_H = 9;

/** `ms`: milliseconds, in its largest unit. */
export function shortDuration(ms) {
	if (ms >= DAY) return __("{0} d", [Math.floor(ms / DAY)]);
	if (ms >= HOUR) return __("{0} h", [Math.floor(ms / HOUR)]);
	if (ms >= MINUTE) return __("{0} min", [Math.floor(ms / MINUTE)]);
	return __("< 1 min");
}

/** The chat's times, and those that only the list and its menus show. */
export class InboxTimes extends Times {
	constructor(transport) {
		super(transport);
		this.shortWeekday = this.format({ weekday: "short" });
		this.dayOfYear = this.format({ day: "numeric", month: "short" });
		this.clock = this.format({
			hour: "2-digit",
			minute: "2-digit",
			hourCycle: "h23",
			numberingSystem: "latn",
		});
	}

	/** As short as can be: today's time, a near weekday, else the date. */
	brief(ms, now) {
		const distance = Math.abs(this.day(now) - this.day(ms));
		if (distance === 0) return this.time.format(ms);
		return (distance < 7 ? this.shortWeekday : this.dayOfYear).format(ms);
	}

	/** The next day's morning, in epoch ms. */
	nextMorning(now) {
		const part = (name) => Number(this.clock.formatToParts(now).find(({ type }) => type === name).value);
		const sinceMidnight = part("hour") * HOUR + part("minute") * MINUTE + (now % MINUTE);
		return Math.round(now - sinceMidnight + DAY + MORNING_H * HOUR);
	}
}
