import { button, fill, h, icon, whileDisabled } from "../wa_chat/dom.js";
import { ignoreHeldEnter } from "../wa_chat/form_dialog.js";
import { recentSids } from "../wa_chat/recent_templates.js";
import { initialValues } from "../wa_chat/template_form.js";
import { templatePreview } from "../wa_chat/template_preview.js";
import { isTooLong, valueError } from "../wa_chat/template_values.js";

const DELAY_MS = 150;

/**
 * Where only a template can be sent: the one that this person sent last, else the last one of this chat, filled in, in place of
 * the field for a reply. It is sent by a key or a click on its button and by nothing else.
 */
export class TemplateOffer {
	/**
	 * `load()` resolves with the templates that may be sent to the chat that is open; `send(template)` with whether it was sent; `onSent()`
	 * moves the focus.
	 */
	constructor({ chat, load, send, onSent, openAll }) {
		this.chat = chat;
		this.load = load;
		this.sendTemplate = send;
		this.onSent = onSent;
		this.name = h("div", { class: "wa-quiet", id: "wi-offer-name", dir: "auto" });
		this.preview = h("div", { class: "wa-bubble wa-out wa-preview", dir: "auto" });
		this.button = button(
			{
				class: "wa-button wa-button-primary",
				"aria-describedby": "wi-offer-name",
				onclick: () => this.send(),
			},
			icon("send"),
			__("Send template"),
		);
		this.node = h(
			"div",
			{ class: "wi-offer", role: "group", "aria-label": __("Last template"), onkeydown: ignoreHeldEnter },
			this.name,
			this.preview,
			h(
				"div",
				{ class: "wi-offer-foot" },
				button({ class: "wa-button", onclick: openAll }, __("Other template…")),
				this.button,
			),
		);
		this.forget();
	}

	get isShown() {
		return !this.node.hidden;
	}

	/** Another chat, or none, is open. */
	forget() {
		clearTimeout(this.timer);
		this.conversation = null;
		this.hide();
	}

	hide() {
		this.template = null;
		this.node.hidden = true;
		this.chat.removeAttribute("data-offer");
	}

	/** `isWanted`: only a template can be sent in this conversation, and no text has been begun. `messages` are the chat's newest. */
	show(conversation, isWanted, messages) {
		if (!isWanted) {
			this.forget();
		} else if (conversation !== this.conversation) {
			this.forget();
			this.conversation = conversation;
			this.timer = setTimeout(() => this.offer(conversation, messages), DELAY_MS);
		}
	}

	async offer(conversation, messages) {
		const templates = await this.load().catch(() => []);
		if (conversation !== this.conversation) return;
		const last = messages.findLast(({ content_template: sid }) => sid)?.content_template;
		const template = [...recentSids(), last]
			.map((sid) => templates.find(({ content_sid: each }) => each === sid))
			.find((each) => each && !each.problem && isComplete(each));
		if (template) this.showTemplate(template);
	}

	showTemplate(template) {
		this.template = template;
		fill(this.name, __("Last template: {0}", [template.friendly_name]));
		fill(this.preview, templatePreview(template, initialValues(template)));
		this.button.disabled = false;
		this.node.hidden = false;
		this.chat.setAttribute("data-offer", "");
	}

	focus() {
		this.button.focus();
	}

	/** Once: it is not offered again until the chat is opened anew. */
	async send() {
		const { template, conversation } = this;
		if (!template || this.button.disabled) return;
		const filled = { content_sid: template.content_sid, variables: initialValues(template) };
		const isSent = await whileDisabled(this.button, this.chat, () => this.sendTemplate(filled));
		if (conversation !== this.conversation || !isSent) return;
		const hasFocus = this.node.contains(document.activeElement);
		this.hide();
		if (hasFocus) this.onSent();
	}
}

function isComplete({ variables, ...template }) {
	const values = initialValues({ variables });
	return variables.every(({ name }) => !valueError(values[name])) && !isTooLong(template.body, values);
}
