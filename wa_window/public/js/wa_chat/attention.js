const POLL_MS = 20_000;
const POLL_HIDDEN_MS = 120_000;
const NUDGE_MS = 150;

/** When the server is to be asked: now and then, more seldom while nobody looks, and at once when there is a reason. */
export class Attention {
	constructor(element, { onAsk, onOffline }) {
		this.element = element;
		this.onAsk = onAsk;
		this.onOffline = onOffline;
	}

	start() {
		this.observer = new IntersectionObserver(() => this.look());
		this.observer.observe(this.element);
		this.listeners = new AbortController();
		const { signal } = this.listeners;
		document.addEventListener("visibilitychange", () => this.look(), { signal });
		addEventListener("online", this.onAsk, { signal });
		addEventListener("offline", this.onOffline, { signal });
	}

	stop() {
		this.observer.disconnect();
		this.listeners.abort();
		this.listenNoMore();
		clearTimeout(this.pollTimer);
		clearTimeout(this.nudgeTimer);
	}

	get visible() {
		return document.visibilityState === "visible" && this.element.getClientRects().length > 0;
	}

	look() {
		const { visible } = this;
		if (visible && this.wasVisible === false) this.onAsk();
		this.wasVisible = visible;
	}

	asked() {
		clearTimeout(this.pollTimer);
		this.pollTimer = setTimeout(this.onAsk, this.visible ? POLL_MS : POLL_HIDDEN_MS);
	}

	listen(transport, where) {
		const listensTo = JSON.stringify(where);
		if (listensTo === this.listensTo) return;
		this.listenNoMore();
		this.listensTo = listensTo;
		this.stopListening = transport.subscribe(where, () => this.nudged());
	}

	listenNoMore() {
		this.stopListening?.();
		this.stopListening = null;
		this.listensTo = null;
	}

	/** Nudges come in bursts; a page that nobody looks at asks when it is seen again. */
	nudged() {
		clearTimeout(this.nudgeTimer);
		if (this.visible) this.nudgeTimer = setTimeout(this.onAsk, NUDGE_MS);
	}
}
