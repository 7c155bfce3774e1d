import { button, fill, h, icon, returnFocus } from "./dom.js";

let count = 0;

/** The pictures of a chat, one after the other, as large as the window: the arrow keys go back and forth, Escape closes. */
export class Lightbox {
	/** `link` is the picture that was opened, one of those in the chat around it. */
	constructor(link) {
		this.chat = link.closest(".wa-chat");
		this.opener = link;
		this.links = [...this.chat.querySelectorAll("a.wa-image")];
		this.position = this.links.indexOf(link);
		this.build(`wa-lightbox-${++count}`);
		this.show();
	}

	build(id) {
		this.name = h("h2", { id, class: "wa-lightbox-name", dir: "auto" });
		this.counter = h("span", { class: "wa-lightbox-count", role: "status" });
		this.image = h("img", { class: "wa-lightbox-image", alt: "" });
		this.download = h("a", { class: "wa-button" }, icon("down"), __("Download"));
		this.previous = this.arrow(-1, __("Previous picture"), "M10 3.5 5.5 8l4.5 4.5");
		this.next = this.arrow(1, __("Next picture"), "M6 3.5 10.5 8 6 12.5");
		this.node = h(
			"dialog",
			{
				class: "wa-lightbox",
				"aria-labelledby": id,
				onclose: () => this.close(),
				onkeydown: (event) => this.onKey(event),
				onclick: ({ target }) => target.classList.contains("wa-lightbox-stage") && this.close(),
			},
			h(
				"header",
				{},
				this.name,
				this.counter,
				this.download,
				button(
					{
						class: "wa-button wa-button-icon",
						"aria-label": __("Close"),
						autofocus: true,
						onclick: () => this.close(),
					},
					icon("close"),
				),
			),
			h("div", { class: "wa-lightbox-stage" }, this.previous, this.image, this.next),
		);
		this.chat.append(this.node);
		this.node.showModal();
	}

	arrow(step, label, drawing) {
		return button(
			{ class: "wa-button wa-button-icon wa-arrow", "aria-label": label, onclick: () => this.move(step) },
			icon("", drawing),
		);
	}

	onKey(event) {
		const isMirrored = getComputedStyle(this.node).direction === "rtl";
		const steps = { ArrowLeft: isMirrored ? 1 : -1, ArrowRight: isMirrored ? -1 : 1 };
		const ends = { Home: -this.position, End: this.links.length - 1 - this.position };
		const step = steps[event.key] ?? ends[event.key];
		if (step === undefined) return;
		event.preventDefault();
		this.move(step);
	}

	move(step) {
		const position = this.position + step;
		if (!this.links[position]) return;
		this.position = position;
		this.show();
	}

	show() {
		const link = this.links[this.position];
		const { alt: name } = link.querySelector("img");
		this.image.src = link.href;
		this.image.alt = name;
		fill(this.name, name);
		fill(this.counter, __("{0} of {1}", [this.position + 1, this.links.length]));
		this.download.href = link.href;
		this.download.download = name;
		// Not disabled: that would lose the focus.
		this.previous.setAttribute("aria-disabled", this.position === 0);
		this.next.setAttribute("aria-disabled", this.position === this.links.length - 1);
	}

	close() {
		if (!this.node.isConnected) return;
		this.node.close();
		this.node.remove();
		returnFocus(this.chat, this.opener);
	}
}
