const POLL_MS = 20_000;
const POLL_HIDDEN_MS = 120_000;
// The server's events come in bursts: the first is followed at once, the next ones together.
const GAP_MS = 150;
const DELAY_HIDDEN_MS = 2000;

/** When the chat is fetched: at intervals, longer ones while it is not visible, and at once after an event of the server's. */
export class Polling {
	/** `onRefresh` is called when the chat should be fetched, `onOffline` when the browser has lost its connection,
	 * `onPresence` when somebody came to the chat, or began or stopped writing. */
	constructor(element, { onRefresh, onOffline, onPresence }) {
		this.element = element;
		this.onRefresh = onRefresh;
		this.onOffline = onOffline;
		this.onPresence = onPresence;
	}

	start() {
		this.observer = new IntersectionObserver(() => this.onVisibilityChange());
		this.observer.observe(this.element);
		this.listeners = new AbortController();
		const { signal } = this.listeners;
		document.addEventListener("visibilitychange", () => this.onVisibilityChange(), { signal });
		addEventListener("online", this.onRefresh, { signal });
		addEventListener("offline", this.onOffline, { signal });
	}

	stop() {
		this.observer.disconnect();
		this.listeners.abort();
		this.unsubscribe();
		clearTimeout(this.pollTimer);
		clearTimeout(this.eventTimer);
		this.eventTimer = null;
	}

	get visible() {
		return document.visibilityState === "visible" && this.element.getClientRects().length > 0;
	}

	onVisibilityChange() {
		const { visible } = this;
		if (visible && this.wasVisible === false) this.onRefresh();
		this.wasVisible = visible;
	}

	/** The chat is being fetched: the interval begins anew, and what has just become visible is not fetched twice. */
	restartTimer() {
		clearTimeout(this.pollTimer);
		this.wasVisible = this.visible;
		this.pollTimer = setTimeout(this.onRefresh, this.wasVisible ? POLL_MS : POLL_HIDDEN_MS);
	}

	/** `target` is `{doctype, lead, conversation}`; the same one again changes nothing. */
	subscribe(transport, target) {
		const key = JSON.stringify(target);
		if (key === this.subscribedTo) return;
		this.unsubscribe();
		this.subscribedTo = key;
		this.endSubscription = transport.subscribe(
			target,
			() => this.onServerEvent(),
			() => this.onPresence(),
		);
	}

	unsubscribe() {
		this.endSubscription?.();
		this.endSubscription = null;
		this.subscribedTo = null;
	}

	/** The tab of a chat that is not visible shows how many messages are unread. In a hidden page it is fetched when that becomes visible. */
	onServerEvent() {
		if (this.eventTimer || document.visibilityState !== "visible") return;
		const sinceLast = performance.now() - (this.followedAt ?? -GAP_MS);
		this.eventTimer = setTimeout(() => this.follow(), this.visible ? GAP_MS - sinceLast : DELAY_HIDDEN_MS);
	}

	follow() {
		this.eventTimer = null;
		this.followedAt = performance.now();
		this.onRefresh();
	}
}
