import { button, fill, h, icon, returnFocus } from "./dom.js";
import { errorText } from "./errors.js";
import { FileSources } from "./file_sources.js";
import { ignoreHeldEnter } from "./form_dialog.js";
import { isQuestion, question } from "./question.js";
import { recentFirst } from "./recent_templates.js";
import { TemplateForm } from "./template_form.js";
import { replyEntry, TemplatePicker, templateEntry } from "./template_picker.js";

let count = 0;

/**
 * Choose a template, fill it in, send it; or a quick reply, which `insert(reply)` puts into the field for a reply, only where one may
 * write. `parent` is the chat, `send` sends a template (and rejects with an Error whose message is a sentence, and `confirm()` where it is
 * a question); `draft` is the text that could not be sent.
 */
export class TemplateDialog {
	constructor({ parent, insert, send, draft }) {
		this.parent = parent;
		const { target } = parent.session;
		const call = (...request) => parent.call(...request);
		this.load = (method) => call(method, target);
		this.insert = insert;
		this.send = send;
		this.settingsLink = parent.host.settingsLink;
		this.id = `wa-dialog-${++count}`;
		this.opener = document.activeElement;
		this.form = new TemplateForm({
			id: this.id,
			draft,
			onChange: () => this.onChange(),
			onEnter: () => this.focusNext(),
			openSources: (given) => new FileSources({ ...given, call, target, parent: this.node }),
		});
		this.build();
		this.start();
	}

	build() {
		// It has the focus while the templates load: on the Close button, Enter would close the dialog.
		this.body = h("div", { class: "wa-dialog-body", tabindex: -1, autofocus: true });
		this.error = h("div", { class: "wa-alert", role: "alert" });
		this.sendButton = button(
			{ class: "wa-button wa-button-primary", disabled: true, onclick: () => this.submit() },
			icon("send"),
			__("Send"),
		);
		this.node = h(
			"dialog",
			{
				class: "wa-dialog",
				"aria-labelledby": `${this.id}-title`,
				onclose: () => this.close(),
				oncancel: (event) => this.onCancel(event),
				onkeydown: ignoreHeldEnter,
			},
			h(
				"div",
				{ class: "wa-dialog-head" },
				h(
					"h2",
					{ id: `${this.id}-title` },
					this.insert ? __("Quick replies and templates") : __("Send a template"),
				),
				button(
					{ class: "wa-button wa-button-icon", "aria-label": __("Close"), onclick: () => this.dismiss() },
					icon("close"),
				),
			),
			this.body,
			this.error,
			h(
				"div",
				{ class: "wa-dialog-foot" },
				button({ class: "wa-button", onclick: () => this.dismiss() }, __("Cancel")),
				this.sendButton,
			),
		);
		this.parent.append(this.node);
		this.node.showModal();
	}

	// Closing

	/** What a person does to close it; while a template is being sent it stays. */
	dismiss() {
		if (!this.sending) this.close();
	}

	/** Escape. The browser would close it too, but what is typed until its close event comes would be lost. */
	onCancel(event) {
		event.preventDefault();
		this.dismiss();
	}

	close() {
		if (!this.node.parentNode) return;
		this.node.close();
		this.node.remove();
		returnFocus(this.parent, this.opener);
	}

	openSettings() {
		this.dismiss();
		this.settingsLink();
	}

	// Loading

	async start() {
		fill(this.body, h("p", { class: "wa-quiet", role: "status" }, __("Loading the templates…")));
		try {
			const [replies, templates] = await Promise.all([
				this.insert ? this.load("quick_replies.for_lead") : [],
				this.load("templates.usable"),
			]);
			const entries = [...replies.map(replyEntry), ...recentFirst(templates).map(templateEntry)];
			if (entries.length) this.showPicker(entries);
			else this.showNoTemplates();
		} catch (error) {
			this.showLoadError(error);
		}
	}

	showPicker(entries) {
		const picker = new TemplatePicker({
			id: this.id,
			entries,
			label: this.insert ? __("Quick replies and templates") : __("Templates"),
			searchLabel: this.insert ? __("Search quick replies and templates") : __("Search templates"),
			onSelect: (template) => this.select(template),
			onEnter: () => (this.form.template.reply ? this.submit() : this.focusNext()),
		});
		fill(this.body, picker.node, this.form.node);
		this.body.classList.add("wa-dialog-columns");
		picker.start();
	}

	showNoTemplates() {
		this.showMessage(
			__("No approved template for this chat. A manager can sync the templates in WA Window Settings."),
			this.settingsLink &&
				button({ class: "wa-button", onclick: () => this.openSettings() }, __("Open settings")),
		);
	}

	showLoadError(error) {
		this.showMessage(
			error.message,
			button({ class: "wa-button", onclick: () => this.retry() }, __("Try again")),
		);
	}

	/** The button is removed, so the body gets the focus, as at first. */
	retry() {
		this.body.focus();
		this.start();
	}

	showMessage(text, action) {
		fill(this.body, h("div", { class: "wa-explain", role: "status" }, h("p", {}, text), action));
	}

	// Filling in and sending

	select(entry) {
		this.form.show(entry);
		fill(this.sendButton, ...(entry?.reply ? [__("Insert")] : [icon("send"), __("Send")]));
		this.onChange();
	}

	onChange() {
		fill(this.error, "");
		this.refresh();
	}

	/** Enter moves to what is still missing, and then to Send: it does not send by itself. */
	focusNext() {
		(this.form.nextField || this.sendButton).focus();
	}

	refresh() {
		this.sendButton.disabled = this.sending || !this.form.isComplete;
	}

	async submit() {
		if (this.sendButton.disabled) return;
		const { template } = this.form;
		if (template.reply) {
			this.close();
			this.insert(template.reply);
			return;
		}
		this.setSending(true);
		try {
			await this.send(this.form.filled);
			this.setSending(false);
			this.close();
		} catch (error) {
			fill(this.error, isQuestion(error) ? this.question(error) : errorText(error));
			this.setSending(false);
			this.sendButton.focus();
		}
	}

	/** A colleague has answered since the dialog was opened. */
	question(error) {
		const onCancel = () => {
			fill(this.error);
			this.sendButton.focus();
		};
		const onConfirm = () => {
			error.confirm();
			fill(this.error);
			this.submit();
		};
		return question(error, { now: this.parent.clock.now(), onConfirm, onCancel });
	}

	setSending(sending) {
		this.sending = sending;
		this.body.inert = sending;
		this.node.setAttribute("aria-busy", sending);
		this.refresh();
	}
}
