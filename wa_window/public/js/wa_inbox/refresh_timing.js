// After an event, and between two refreshes: twenty open inboxes must not ask for everything at every message.
const DELAY_MS = 300;
const SPREAD_MS = 500;
const GAP_MS = 4_000;

/** When the list is fetched after events, which come in bursts and to all who have the inbox open. */
export class RefreshTiming {
	constructor(onRefresh) {
		this.onRefresh = onRefresh;
		this.lastAt = 0;
	}

	/** Something has changed: once for all the events until then, each inbox at a moment of its own. */
	onEvent() {
		if (this.timer) return;
		const sinceLast = performance.now() - this.lastAt;
		const delay = DELAY_MS + Math.random() * SPREAD_MS;
		this.timer = setTimeout(() => this.run(), Math.max(delay, GAP_MS - sinceLast));
	}

	run() {
		this.stop();
		this.lastAt = performance.now();
		this.onRefresh();
	}

	stop() {
		clearTimeout(this.timer);
		this.timer = null;
	}
}
