import { button, fill } from "./dom.js";
import { markIn, unmark } from "./marked_words.js";

// As the server sends them at once (chat/panel.py).
const PAGE_SIZE = 50;
const NEAR_END_PX = 240;

/** A list of messages like `live`, of another time: it follows nothing, and goes on in both directions. */
export function newPast(live, session, fetchNewer) {
	class Past extends live.constructor {
		/** Called when the list grows, as pictures are loaded only when they come into sight: what was found stays in the middle. */
		updatePinned() {
			this.pinned = false;
			if (this.hit) this.centre();
		}

		/** The answer of chat.around. */
		showAround({ before, message, after }, context) {
			const isEnd = after.length < PAGE_SIZE;
			const until = isEnd ? undefined : after.at(-1).sent_at_ms;
			const since = before.length < PAGE_SIZE ? 0 : before[0].sent_at_ms;
			this.clear();
			this.hit = null;
			this.pinned = false;
			this.update(session.arrange([...before, message, ...after], until, since), context);
			this.showOlderButton(before.length === PAGE_SIZE);
			this.newerButton ??= button({ class: "wa-link wa-older", onclick: () => this.loadNewer() });
			this.log.append(this.newerButton);
			this.showNewerButton(!isEnd);
			this.showNewestButton(__("Back to the newest messages"));
		}

		/** To the message, whose words are marked. */
		mark(name, words) {
			for (const mark of this.node.querySelectorAll("mark")) unmark(mark);
			this.node.querySelector(".wa-hit")?.classList.remove("wa-hit");
			const { node } = this.items.get(name);
			node.classList.add("wa-hit");
			for (const text of node.querySelectorAll(".wa-text, .wa-file-name")) markIn(text, words);
			this.hit = node;
			this.centre();
		}

		/** The page around the chat stays where it is. */
		centre() {
			const [box, place] = [this.hit, this.log].map((each) => each.getBoundingClientRect());
			this.log.scrollTop += box.top - place.top - (place.height - box.height) / 2;
		}

		leaveHit() {
			this.hit = null;
		}

		showNewerButton(hasMore, label = __("Show newer messages")) {
			this.newerButton.hidden = !hasMore;
			this.newerButton.disabled = false;
			fill(this.newerButton, label);
		}

		async loadNewer() {
			const { last } = this.pages;
			if (this.newerButton.hidden || this.newerButton.disabled) return;
			this.newerButton.disabled = true;
			try {
				const messages = await fetchNewer(last.waName);
				if (this.pages.last !== last) return;
				this.append(messages, last.waSentAt);
				this.showNewerButton(messages.length === PAGE_SIZE);
			} catch {
				this.showNewerButton(true, __("Newer messages could not be loaded. Try again"));
			}
		}

		append(messages, since) {
			const until = messages.length === PAGE_SIZE ? messages.at(-1).sent_at_ms : undefined;
			const fresh = session.arrange(messages, until, since).filter(({ name }) => !this.items.has(name));
			const nodes = fresh.map((message) => this.render(message));
			this.withoutAnnouncing(() => {
				for (const node of nodes) this.pages.insert(node, null);
			});
			if (nodes.length) this.updateDays(nodes[0]);
		}

		onNewestClick() {
			this.onLeave();
		}

		onScroll() {
			const { scrollTop, scrollHeight, clientHeight } = this.log;
			if (scrollTop < NEAR_END_PX) this.loadOlder();
			if (scrollHeight - scrollTop - clientHeight < NEAR_END_PX) this.loadNewer();
		}
	}
	const past = new Past({
		loadOlder: (before, until) => session.loadOlder(before, until),
		actions: live.actions,
	});
	// A scroll event does not say who scrolled: the browser does too, when a picture grows above what is in sight.
	for (const type of ["wheel", "touchmove", "pointerdown", "keydown"]) {
		past.log.addEventListener(type, () => past.leaveHit(), { passive: true });
	}
	return past;
}
