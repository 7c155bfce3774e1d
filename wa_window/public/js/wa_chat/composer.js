import { Attachments } from "./attachments.js";
import { button, fill, h, icon, isFocusable } from "./dom.js";
import { whenLoaded } from "./on_demand.js";
import { WINDOW_STATES } from "./window_states.js";

// Characters, whatever bytes they need: https://www.twilio.com/docs/api/errors/21617
const MAX_LENGTH = 1600;
const COUNTER_FROM = 1500;

/** The field for a reply, its files, and the buttons to send and to choose a template. */
export class Composer {
	constructor({ describedBy, focusFallback, onSend, onSplit, onInput, onTemplate, onAttach }) {
		this.focusFallback = focusFallback;
		this.onSend = onSend;
		this.onSplit = onSplit;
		this.onTemplate = onTemplate;
		this.outbox = { files: [], sending: false };
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
				this.attachments.error = "";
				this.refresh();
				onInput(this.text);
			},
			onpaste: (event) => this.onPaste(event),
		});
		this.fileInput = h("input", {
			type: "file",
			multiple: true,
			hidden: true,
			tabindex: -1,
			onchange: () => this.onFilesChosen(),
		});
		this.attach = button(
			{
				class: "wa-button wa-button-icon",
				title: __("Attach a file"),
				"aria-label": __("Attach a file"),
				"aria-haspopup": "menu",
				"aria-expanded": "false",
				onclick: () => onAttach(this.attach),
			},
			icon("attach"),
		);
		this.attachments = new Attachments({ onChange: () => this.refresh(), onRemove: () => this.area.focus() });
		this.template = button(
			{
				class: "wa-button wa-button-icon",
				title: `${__("Quick replies and templates")} (/)`,
				"aria-label": __("Quick replies and templates"),
				"aria-keyshortcuts": "/",
				onclick: onTemplate,
			},
			icon("template"),
		);
		this.send = button(
			{ class: "wa-button wa-button-primary wa-send", onclick: () => this.onSendClick() },
			icon("send"),
			__("Send"),
		);
		this.node = h(
			"div",
			{ class: "wa-composer" },
			this.attachments.node,
			h(
				"div",
				{ class: "wa-composer-row" },
				this.attach,
				this.fileInput,
				this.template,
				this.area,
				this.send,
			),
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

	/** A session's: the files that are sent with the next message, which is not written while another one is being sent. */
	showOutbox(outbox) {
		this.outbox = outbox;
		this.attachments.show(outbox.files);
	}

	get busy() {
		return this.outbox.sending;
	}

	/** Adds files that were chosen, dropped or pasted; returns whether it could. */
	addFiles(files) {
		// Nor into a field that is hidden, in place of which something else is written.
		if (!isFocusable(this.area) || this.busy) return false;
		this.attachments.add(files);
		this.area.focus();
		return true;
	}

	/** Adds files of this site. */
	addStored(files) {
		this.attachments.addStored(files);
		this.area.focus();
	}

	onFilesChosen() {
		this.addFiles(this.fileInput.files);
		this.fileInput.value = "";
	}

	onPaste(event) {
		const { files } = event.clipboardData;
		if (files.length && this.addFiles(files)) event.preventDefault();
	}

	/** Takes a viewState. */
	show({ locked, template, mayReply, state }) {
		this.template.hidden = !template || locked;
		this.readOnly = mayReply === false;
		this.area.placeholder = placeholder({ locked, state, readOnly: this.readOnly });
		if (this.area.disabled !== locked) this.lock(locked);
		this.refresh();
	}

	/** A locked field has lost the focus to `focusFallback`: it gets it back, unless it has been moved elsewhere. */
	lock(locked) {
		this.area.disabled = locked;
		this.attach.disabled = locked;
		if (!locked && document.activeElement === this.focusFallback) this.area.focus({ preventScroll: true });
	}

	submit() {
		if (!this.send.disabled) this.onSend(this.text);
		else if (this.isTooLong && !this.area.disabled) this.split();
	}

	split() {
		if (!this.busy) this.onSplit(this.text, MAX_LENGTH);
	}

	/** Puts a quick reply where the caret is, and its files among the others. */
	insert({ text, files }) {
		this.area.setRangeText(text, this.area.selectionStart, this.area.selectionEnd, "end");
		this.area.dispatchEvent(new Event("input"));
		// After the event, which clears what was wrong with earlier files.
		this.addStored(files);
	}

	/** With nothing left to send the button is disabled and loses the focus; the next text is typed in the field. */
	onSendClick() {
		this.submit();
		this.area.focus();
	}

	onKey(event) {
		if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
		event.preventDefault();
		// The Enter that led here and is still held down would send the draft of a chat that has just been opened.
		if (!event.repeat) this.submit();
	}

	/** A slash as the first character opens the quick replies and templates. */
	onSlash(event) {
		if (event.data !== "/" || this.text || this.template.hidden) return;
		event.preventDefault();
		this.onTemplate();
	}

	refresh() {
		// Python counts code points; `length` would count an emoji twice.
		const length = [...this.text].length;
		const over = length > MAX_LENGTH;
		this.isTooLong = over;
		const isEmpty = !this.text.trim() && !this.attachments.files.length;
		this.send.disabled = this.area.disabled || this.busy || this.attachments.isShrinking || over || isEmpty;
		this.attachments.setBusy(this.busy);
		this.area.setAttribute("aria-invalid", over);
		this.hint.classList.toggle("wa-hint-over", over);
		this.showHint(length);
		this.area.style.height = "auto";
		if (this.area.scrollHeight) this.area.style.height = `${this.area.scrollHeight + 2}px`;
	}

	/** Filled anew only where it has changed: a button in it may have the focus. */
	showHint(length) {
		const { error, notes } = this.attachments;
		const about = JSON.stringify([this.readOnly, error, this.text, notes]);
		if (about === this.hintAbout) return;
		this.hintAbout = about;
		fill(this.hint, this.hintText(length));
	}

	hintText(length) {
		if (this.readOnly) {
			return __("View only: to reply you need write permission on the lead.");
		}
		if (this.attachments.error) return this.attachments.error;
		if (length > MAX_LENGTH) {
			return [
				__("{0} of {1} characters: too long for one message.", [length, MAX_LENGTH]),
				" ",
				whenLoaded(h("span", {}), ({ splitOffer }) => splitOffer(this.text, MAX_LENGTH, () => this.split())),
			];
		}
		if (length >= COUNTER_FROM) return __("{0} of {1} characters", [length, MAX_LENGTH]);
		return this.attachments.notes;
	}
}

function placeholder({ locked, state, readOnly }) {
	if (!locked) return __("Write a reply…");
	if (readOnly) return __("You can't reply here.");
	if (!WINDOW_STATES[state]) return "";
	return WINDOW_STATES[state].template
		? __("Send a template to restart this chat.")
		: __("You can't message this customer.");
}
