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
		return Math.round(now - this.sinceMidnight(now) + DAY + MORNING_H * HOUR);
	}

	sinceMidnight(ms) {
		const part = (name) => Number(this.clock.formatToParts(ms).find(({ type }) => type === name).value);
		return part("hour") * HOUR + part("minute") * MINUTE + (ms % MINUTE);
	}

	/** A moment as an input of the type datetime-local has it, by the clocks of these times' zone. */
	toField(ms) {
		return new Date(this.onClocks(ms)).toISOString().slice(0, 16);
	}

	/** The moment that such an input says, in epoch ms; 0 for an empty one. */
	fromField(value) {
		if (!value) return 0;
		const shown = Date.parse(`${value}Z`);
		const near = 2 * shown - this.onClocks(shown);
		// The clocks may have been changed between the two.
		return near + shown - this.onClocks(near);
	}

	/** What the clocks show at this moment, as if it were UTC. */
	onClocks(ms) {
		return this.day(ms) * DAY + this.sinceMidnight(ms);
	}
}
