// After an event, and between two refreshes: twenty open inboxes must not ask for everything at every message.
const DELAY_MS = 300;
const SPREAD_MS = 500;
const GAP_MS = 4_000;

/** When something is fetched after events, which come in bursts and to all who have the page open. */
export class RefreshTiming {
	/** `gap()` returns how many milliseconds are at least between two times. */
	constructor(onRefresh, gap = () => GAP_MS) {
		this.onRefresh = onRefresh;
		this.gap = gap;
		this.lastAt = 0;
	}

	/** Something has changed: once for all the events until then, each page at a moment of its own. */
	onEvent() {
		if (this.timer) return;
		const sinceLast = performance.now() - this.lastAt;
		const delay = DELAY_MS + Math.random() * SPREAD_MS;
		this.timer = setTimeout(() => this.run(), Math.max(delay, this.gap() - sinceLast));
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
