import { button, fill, h } from "../wa_chat/dom.js";
import { rememberTemplate } from "../wa_chat/recent_templates.js";
import { BatchForm } from "./batch_form.js";
import { BatchView } from "./batch_view.js";

let count = 0;

/**
 * A template to many, from the choice of the template to what became of each message. Nothing is sent before "Send to …" is pressed.
 * `frame`: see frames.js; `whom`: `[{label, choice}]`, of which one is chosen in the form; `openAnswers(batch)` shows who has answered;
 * `onPrepared()` is called when the recipients are taken.
 */
export class SendDialog {
	constructor({ frame, transport, whom, openAnswers, onPrepared = () => {} }) {
		this.transport = transport;
		this.whom = whom;
		this.openAnswers = openAnswers;
		this.onPrepared = onPrepared;
		this.id = `wa-batch-${++count}`;
		// It has the focus while the templates load: on the Close button, Enter would close the dialog.
		this.body = h("div", { class: "wa-dialog-body", tabindex: -1, autofocus: true });
		this.error = h("div", { class: "wa-alert", role: "alert" });
		this.prepareButton = button(
			{ class: "wa-button wa-button-primary", disabled: true, onclick: () => this.prepare() },
			__("Prepare"),
		);
		this.foot = h(
			"div",
			{ class: "wa-dialog-foot" },
			h("span", { class: "wa-quiet wa-batch-note" }, __("Nothing is sent yet: you see every text first.")),
			this.prepareButton,
		);
		this.node = h("div", { class: "wa-outside wa-batch" }, this.body, this.error, this.foot);
		this.frame = frame({
			title: __("Send a template to many"),
			node: this.node,
			onClose: () => {
				this.isClosed = true;
				this.view?.stop();
			},
		});
		this.start();
	}

	call(method, args, options) {
		return this.transport.call(`wa_window.api.batches.${method}`, args, options);
	}

	async start() {
		fill(this.body, h("p", { class: "wa-quiet", role: "status" }, __("Loading the templates…")));
		try {
			const { record_doctype } = this.whom[0].choice;
			this.form = new BatchForm({
				id: this.id,
				choices: await this.call("choices", { record_doctype }),
				whom: this.whom,
				onChange: () => this.refresh(),
				onEnter: () => this.prepareButton.focus(),
			});
			this.showForm();
		} catch (error) {
			fill(this.body);
			fill(this.error, error.message);
		}
	}

	showForm() {
		fill(this.body, this.form.node);
		fill(this.node, this.body, this.error, this.foot);
		this.form.start();
		this.refresh();
	}

	refresh() {
		fill(this.error);
		this.prepareButton.disabled = this.isPreparing || !this.form?.isComplete;
	}

	/** The recipients with their texts, as a draft. */
	async prepare() {
		if (this.prepareButton.disabled) return;
		this.setPreparing(true);
		try {
			const progress = await this.call("prepare", this.form.given, { post: true });
			// It stays a draft, which nobody looks at.
			if (this.isClosed) return;
			rememberTemplate(progress.content_sid);
			this.showBatch(progress);
			this.onPrepared();
			this.setPreparing(false);
		} catch (error) {
			this.setPreparing(false);
			fill(this.error, error.message);
			this.prepareButton.focus();
		}
	}

	setPreparing(isPreparing) {
		this.isPreparing = isPreparing;
		this.body.inert = isPreparing;
		fill(this.prepareButton, isPreparing ? __("Preparing…") : __("Prepare"));
		this.refresh();
	}

	showBatch(progress) {
		this.view = new BatchView({
			transport: this.transport,
			progress,
			onBack: () => this.goBack(),
			fieldLabel: (name) => this.form.fieldLabel(name),
			openAnswers: (batch) => {
				this.frame.close();
				this.openAnswers(batch);
			},
		});
		fill(this.node, this.view.node);
		this.view.start();
		this.view.focus();
	}

	/** Another template, or other values: the draft is given up. */
	async goBack() {
		const { batch } = this.view.progress;
		this.view.stop();
		this.view = null;
		this.showForm();
		try {
			await this.call("stop", { batch }, { post: true });
		} catch {
			// It stays a draft, which sends nothing.
		}
	}
}
