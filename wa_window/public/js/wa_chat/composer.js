import { button, fill, h, icon } from "./dom.js";
import { iconOf, isSticker, kindOf, mayShrink, sizeProblem, sizeWords, smaller } from "./media.js";

const MAX_LENGTH = 1600;
const COUNTED_FROM = 1500;

export class Composer {
	constructor({ describedBy, refuge, onSend, onInput, onTemplate }) {
		this.refuge = refuge;
		this.onSend = onSend;
		this.onTemplate = onTemplate;
		this.busy = false;
		this.files = [];
		this.hint = h("div", { class: "wa-hint", id: `${describedBy}-hint` });
		this.area = h("textarea", {
			class: "wa-input wa-area",
			rows: 1,
			dir: "auto",
			"aria-label": __("Reply"),
			"aria-describedby": `${describedBy} ${describedBy}-hint`,
			onkeydown: (event) => this.onKey(event),
			onbeforeinput: (event) => this.onSlash(event),
			oninput: () => {
				this.problem = "";
				this.refresh();
				onInput(this.text);
			},
			onpaste: (event) => this.onPaste(event),
		});
		this.chosen = h("input", { type: "file", multiple: true, hidden: true, tabindex: -1, onchange: () => this.onChosen() });
		this.attach = button({ class: "wa-button wa-button-icon", title: __("Attach a file"), "aria-label": __("Attach a file"), onclick: () => this.chosen.click() }, icon("attach"));
		this.chips = h("div", { class: "wa-chips" });
		this.template = button(
			{ class: "wa-button wa-button-icon", title: `${__("Send template…")} (/)`, "aria-label": __("Send template…"), "aria-keyshortcuts": "/", onclick: onTemplate },
			icon("template"),
		);
		this.send = button({ class: "wa-button wa-button-primary wa-send", onclick: () => this.onSendPress() }, icon("send"), __("Send"));
		this.node = h(
			"div",
			{ class: "wa-composer" },
			this.chips,
			h("div", { class: "wa-composer-row" }, this.attach, this.chosen, this.template, this.area, this.send),
			this.hint,
		);
		this.show({ locked: true, template: false });
	}

	get text() {
		return this.area.value;
	}

	set text(text) {
		this.area.value = text;
		this.refresh();
	}

	/** The files that go with the next message: each `{file, uploaded, shrinking, note}`, in a list of the visit's. */
	showFiles(files) {
		this.files = files;
		fill(this.chips, files.map((each) => this.chip(each)));
		this.refresh();
	}

	/** Takes the files that were chosen, dropped or pasted; tells whether it could. */
	take(files) {
		if (this.area.disabled || this.busy) return false;
		const taken = [...files].filter((file) => mayShrink(file) || !sizeProblem(file)).map((file) => ({ file, shrinking: mayShrink(file) }));
		this.problem = [...files].filter((file) => !mayShrink(file)).map(sizeProblem).filter(Boolean).join(" ");
		this.files.push(...taken);
		this.showFiles(this.files);
		this.area.focus();
		this.shrink(this.files, taken.filter(({ shrinking }) => shrinking));
		return true;
	}

	/** Photos that are too big, one after the other: each needs much memory. */
	async shrink(files, each) {
		for (const photo of each) {
			const { file } = photo;
			try {
				photo.file = await smaller(file);
				photo.note = __("Made smaller to fit WhatsApp: {0} to {1}", [sizeWords(file.size), sizeWords(photo.file.size)]);
			} catch {
				if (files.includes(photo)) files.splice(files.indexOf(photo), 1);
				if (files === this.files) this.problem = sizeProblem(file);
			}
			photo.shrinking = false;
			if (files === this.files) this.showFiles(files);
		}
	}

	chip(each) {
		const { name, size, type } = each.file;
		const words = each.shrinking ? [__("being made smaller…")] : [sizeWords(size), isSticker({ type }) && __("sent as a sticker")];
		const remove = () => {
			this.files.splice(this.files.indexOf(each), 1);
			this.showFiles(this.files);
			this.area.focus();
		};
		return h(
			"span",
			{ class: "wa-chip" },
			icon(iconOf(kindOf({ type }))),
			h("span", { class: "wa-file-name", dir: "auto" }, name),
			h("span", { class: "wa-quiet" }, words.filter(Boolean).join(" · ")),
			button({ class: "wa-chip-remove", "aria-label": __("Remove {0}", [name]), onclick: remove }, icon("close")),
		);
	}

	onChosen() {
		this.take(this.chosen.files);
		this.chosen.value = "";
	}

	onPaste(event) {
		const { files } = event.clipboardData;
		if (files.length && this.take(files)) event.preventDefault();
	}

	show({ locked, template, mayReply, state }) {
		this.template.hidden = !template || locked;
		this.readOnly = mayReply === false;
		this.area.placeholder = placeholder({ locked, state, readOnly: this.readOnly });
		if (this.area.disabled !== locked) this.lock(locked);
		this.refresh();
	}

	/** The focus that the field lost while it was locked waits at the chat, and comes back if nobody took it elsewhere. */
	lock(locked) {
		this.area.disabled = locked;
		this.attach.disabled = locked;
		if (!locked && document.activeElement === this.refuge) this.area.focus({ preventScroll: true });
	}

	setBusy(busy) {
		this.busy = busy;
		this.refresh();
	}

	submit() {
		if (!this.send.disabled) this.onSend(this.text);
	}

	/** With nothing more to send the button is disabled and loses the focus; the next text is typed in the field. */
	onSendPress() {
		this.submit();
		this.area.focus();
	}

	onKey(event) {
		if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
		event.preventDefault();
		this.submit();
	}

	/** A slash at the very start opens the templates. */
	onSlash(event) {
		if (event.data !== "/" || this.text || this.template.hidden) return;
		event.preventDefault();
		this.onTemplate();
	}

	refresh() {
		// Python counts code points; `length` would count an emoji twice.
		const length = [...this.text].length;
		const over = length > MAX_LENGTH;
		const shrinking = this.files.some((each) => each.shrinking);
		this.send.disabled = this.area.disabled || this.busy || shrinking || over || !(this.text.trim() || this.files.length);
		for (const remove of this.chips.querySelectorAll("button")) remove.disabled = this.busy;
		this.area.setAttribute("aria-invalid", over);
		this.hint.classList.toggle("wa-hint-over", over);
		fill(this.hint, this.hintWords(length));
		this.area.style.height = "auto";
		if (this.area.scrollHeight) this.area.style.height = `${this.area.scrollHeight + 2}px`;
	}

	hintWords(length) {
		if (this.readOnly) return __("You may read this chat but not reply: that needs write permission on the lead.");
		if (this.problem) return this.problem;
		if (length > MAX_LENGTH) return __("{0} of {1} characters: shorten the text to send it.", [length, MAX_LENGTH]);
		if (length >= COUNTED_FROM) return __("{0} of {1} characters", [length, MAX_LENGTH]);
		return this.files.map(({ note }) => note).filter(Boolean).join(" ");
	}
}

function placeholder({ locked, state, readOnly }) {
	if (!locked) return __("Write a reply…");
	if (readOnly) return __("You cannot reply here.");
	if (["opted_out", "blocked"].includes(state)) return __("Nothing can be sent.");
	if (["never", "closed", "refused"].includes(state)) return __("Only a template can be sent now.");
	return "";
}
