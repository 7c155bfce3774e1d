import { whileDisabled } from "./dom.js";
import { confirmSeen, draftOf, mergeDrafts, saveDraft, seenOf } from "./drafts.js";
import { isAnsweredMeanwhile, isTransient } from "./errors.js";
import { supportsCaption } from "./file_limits.js";
import { TemplateDialog } from "./template_dialog.js";

/** Sends replies, files and templates: one request at a time, each at most once, and no text is lost before the server has it. */
export class Sending {
	/** `chat` is the element, whose session may be another one when the server answers. */
	constructor(chat) {
		this.chat = chat;
	}

	isCurrent(session) {
		return session === this.chat.session;
	}

	/** A file without a caption is a message of its own; the text is sent last, so that the customer replies to it. */
	async reply(body) {
		const { session, view } = this.chat;
		const { target } = session;
		const files = [...session.files];
		const isCaption = files.length === 1 && supportsCaption(files[0].file);
		view.composer.text = "";
		view.clearError();
		for (const attached of files) {
			const message = { body: isCaption ? body : "", attached, draft: body };
			if (!(await this.replyOne(session, target, message))) return;
		}
		if (body.trim() && !isCaption) await this.replyOne(session, target, { body, draft: body });
	}

	/** Text and file are kept until the server has accepted them. Resolves with whether it has. */
	async replyOne(session, target, { body, attached, draft }) {
		const { view } = this.chat;
		const pending = this.addPending(session, { body, file: attached?.file });
		try {
			const sent = await this.post("chat.reply", { ...target, body }, { seen: seenOf(session), attached });
			if (attached) session.files.splice(session.files.indexOf(attached), 1);
			if (draftOf(session) === draft && body === draft) saveDraft(session, "");
			if (this.isCurrent(session)) pending.confirm(sent);
			this.chat.emit("wa-chat-sent", { session, message: sent });
			return true;
		} catch (error) {
			saveDraft(session, mergeDrafts(draft, draftOf(session)));
			if (this.isCurrent(session)) {
				pending.withdraw();
				view.showError(error, this.confirmation(session, error));
			} else {
				this.chat.emit("wa-chat-send-failed", { session, error });
			}
			return false;
		} finally {
			if (this.isCurrent(session)) view.composer.showFiles(session.files);
			this.chat.showDraft();
		}
	}

	/** Of several files the later ones may be sent when another chat is shown already: they have no place there. */
	addPending(session, content) {
		const { view, clock } = this.chat;
		return this.isCurrent(session) ? view.messages.addPending(content, clock.now()) : null;
	}

	/** What the sender may do about a colleague's answer, or null. */
	confirmation(session, error) {
		if (!isAnsweredMeanwhile(error)) return null;
		const onclick = () => {
			confirmSeen(session);
			this.chat.focus();
			this.chat.submit();
		};
		return { label: __("Send anyway"), onclick };
	}

	/** `control` is the button that was pressed. */
	async resend(message, control) {
		const { session, view } = this.chat;
		if (session.sending) return;
		const args = { message: message.name };
		try {
			const sent = await whileDisabled(control, view.messages.log, () => this.post("chat.send_again", args));
			this.chat.emit("wa-chat-sent", { session, message: sent });
			if (this.isCurrent(session)) view.messages.add(sent);
		} catch (error) {
			if (this.isCurrent(session)) view.showError(error);
		}
	}

	openTemplates(draft) {
		const { session, view, host } = this.chat;
		const { target, newest } = session;
		let isConfirmed = false;
		this.dialog = new TemplateDialog({
			parent: this.chat,
			draft,
			settingsLink: host.settingsLink,
			load: () => this.chat.call("templates.usable", target),
			send: async (template) => {
				const seen = isConfirmed ? session.newest : newest;
				// Pressing Send again after a colleague's answer was shown confirms it.
				const onError = (error) => {
					isConfirmed ||= isAnsweredMeanwhile(error);
					throw error;
				};
				const sent = await this.post("chat.send_template", { ...target, ...template }, { seen }).catch(
					onError,
				);
				if (this.isCurrent(session)) view.messages.add(sent);
				this.chat.emit("wa-chat-sent", { session, message: sent });
			},
		});
	}

	closeTemplates() {
		this.dialog?.close();
	}

	/** Posts with an idempotency key, and refreshes the chat afterwards, whatever the result. */
	async post(method, given, { seen = null, attached = null } = {}) {
		const { session, view, keys, host } = this.chat;
		let args = given;
		session.sending = true;
		session.ignorePendingAnswers();
		if (this.isCurrent(session)) view.composer.setBusy(true);
		try {
			if (attached) {
				attached.uploaded ||= await host.upload(attached.file);
				args = { ...given, file: attached.uploaded };
			}
			// `seen` is no part of what is sent: a message that is sent again has the same key.
			const request = { ...args, seen, client_key: keys.keyFor([method, args]) };
			const sent = await this.chat.call(method, request, { post: true });
			keys.release([method, args]);
			return sent;
		} catch (error) {
			if (!isTransient(error)) keys.release([method, args]);
			throw error;
		} finally {
			session.sending = false;
			if (this.isCurrent(session)) {
				view.composer.setBusy(false);
				this.chat.refresh();
			}
		}
	}
}
