const NARROW_PX = 720;
const MEDIUM_PX = 1180;
const DEPTHS = ["list", "chat", "details"];

/**
 * Where there is room for one pane only, the list, the chat and the details are screens one after the other, and the
 * browser's own Back leads from one to the one before. Elsewhere they stand side by side.
 */
export class Screens {
	/** `onChange()` after every change, `onMove(screen)` when a narrow page shows another screen. */
	constructor(root, { onChange, onMove }) {
		this.root = root;
		this.onChange = onChange;
		this.onMove = onMove;
		this.screen = "list";
		this.observer = new ResizeObserver(() => this.measure());
	}

	start() {
		this.observer.observe(this.root);
		this.measure();
		this.show(this.screen);
		this.listeners = new AbortController();
		const { signal } = this.listeners;
		addEventListener("popstate", ({ state }) => this.onPopState(state), { signal });
		// A phone's keyboard covers the page where the browser does not resize it (iOS).
		visualViewport?.addEventListener("resize", () => this.fit(), { signal });
	}

	stop() {
		this.observer.disconnect();
		this.listeners.abort();
	}

	get isNarrow() {
		return this.layout === "narrow";
	}

	measure() {
		const width = this.root.clientWidth;
		const layout = width < NARROW_PX ? "narrow" : width < MEDIUM_PX ? "medium" : "wide";
		if (layout === this.layout) return;
		this.layout = layout;
		this.root.dataset.layout = layout;
		this.onChange();
	}

	fit() {
		const covered = innerHeight - visualViewport.height;
		this.root.style.setProperty("--wi-keyboard", `${Math.max(0, Math.round(covered))}px`);
	}

	/** A screen further in. */
	open(screen) {
		if (screen === this.screen) return;
		const isDeeper = DEPTHS.indexOf(screen) > DEPTHS.indexOf(this.screen);
		if (this.isNarrow && isDeeper) history.pushState({ ...history.state, waInbox: screen }, "");
		this.show(screen);
	}

	/** The screen before; what `open` has added to the history is taken back. */
	back() {
		if (this.screen === "list") return;
		if (history.state?.waInbox === this.screen) history.back();
		else this.show(DEPTHS[DEPTHS.indexOf(this.screen) - 1]);
	}

	onPopState(state) {
		if (this.isNarrow) this.show(state?.waInbox ?? "list");
	}

	show(screen) {
		const isOther = screen !== this.screen;
		this.screen = screen;
		this.root.dataset.screen = screen;
		this.onChange();
		if (isOther && this.isNarrow) this.onMove(screen);
	}
}
