import { whileDisabled } from "./dom.js";
import { draftOf, mergeDrafts, saveDraft, saveSeen, seenOf } from "./drafts.js";
import { isTransient } from "./errors.js";
import { supportsCaption } from "./file_limits.js";
import { isQuestion } from "./question.js";
import { rememberTemplate } from "./recent_templates.js";

/** Sends replies, files and templates: one request at a time, each at most once, and no text is lost before the server has it. */
export class Sending {
	/** `chat` is the element, whose session may be another one when the server answers. */
	constructor(chat) {
		this.chat = chat;
	}

	isCurrent(session) {
		return session === this.chat.session;
	}

	/** Also where one has gone to another chat and come back. */
	isShown(session) {
		return session.outbox === this.chat.session.outbox;
	}

	/** A file without a caption is a message of its own; the text is sent last, so that the customer replies to it: whole, or as these `pieces`. */
	async reply(body, pieces = [{ text: body, rest: body }]) {
		const { session, view } = this.chat;
		const { target } = session;
		const files = [...session.files];
		const seen = seenOf(session) ?? session.newest;
		// What is typed from now on is another draft.
		saveSeen(session, null);
		const isCaption = pieces.length === 1 && files.length === 1 && supportsCaption(files[0].file);
		view.clearError();
		const messages = files.map((attached) =>
			isCaption ? { body, attached, draft: body, left: "" } : { body: "", attached, draft: body, left: body },
		);
		if (body.trim() && !isCaption) {
			pieces.forEach(({ text, rest }, index) => {
				messages.push({ body: text, draft: rest, left: pieces[index + 1]?.rest ?? "" });
			});
		}
		for (const message of messages) {
			if (!(await this.replyOne(session, target, { ...message, seen }))) return;
		}
	}

	/** Text and file are kept until the server has accepted them: `draft`, of which `left` is sent later. Resolves with whether it has. */
	async replyOne(session, target, { body, attached, draft, left, seen }) {
		const { view } = this.chat;
		this.takeText(session, draft);
		const pending = this.addPending(session, { body, file: attached?.file });
		try {
			const sent = await this.post("chat.reply", { ...target, body }, { attached, seen });
			if (attached) session.files.splice(session.files.indexOf(attached), 1);
			if (draftOf(session) === draft) saveDraft(session, left);
			if (this.isCurrent(session)) pending.confirm(sent);
			this.chat.onSent(session, sent);
			return true;
		} catch (error) {
			saveDraft(session, mergeDrafts(draft, draftOf(session)));
			saveSeen(session, seen);
			pending?.withdraw();
			if (this.isShown(session)) {
				this.showProblem(error, () => this.sendAnyway(session, error.details.message));
			} else {
				this.chat.emit("wa-chat-send-failed", { session, error });
			}
			return false;
		} finally {
			if (this.isShown(session)) view.composer.showOutbox(session.outbox);
			this.chat.showDraft();
		}
	}

	/** Out of the field; what has been typed meanwhile stays there. */
	takeText(session, draft) {
		const { composer } = this.chat.view;
		if (this.isCurrent(session) && composer.text === draft) composer.text = "";
	}

	/** Of several files the later ones may be sent when another chat is shown already: they have no place there. */
	addPending(session, content) {
		const { view, clock } = this.chat;
		return this.isCurrent(session) ? view.messages.addPending(content, clock.now()) : null;
	}

	sendAnyway(session, seen) {
		saveSeen(session, seen);
		this.chat.view.composer.submit();
		this.chat.focus();
	}

	/** An error, or the question whether to send although a colleague has answered; `onConfirm` does. */
	showProblem(error, onConfirm) {
		const { view, clock } = this.chat;
		if (isQuestion(error)) view.showQuestion(error, { now: clock.now(), onConfirm });
		else view.showError(error);
	}

	/** `control` is the button that was pressed; `seen` the newest message that the person has seen. */
	async resend(message, control, seen = this.chat.session.newest) {
		const { session, view } = this.chat;
		if (session.sending) return;
		const args = { message: message.name };
		try {
			const sent = await whileDisabled(control, view.messages.log, () =>
				this.post("chat.send_again", args, { seen }),
			);
			if (this.isCurrent(session)) view.messages.add(sent);
			this.chat.onSent(session, sent);
		} catch (error) {
			const again = () => this.resend(message, control, error.details.message);
			if (this.isCurrent(session)) this.showProblem(error, again);
		}
	}

	openSplit(text, max) {
		const send = (pieces) => this.reply(text, pieces);
		this.chat.openDialog("SplitDialog", { text, max, send });
	}

	openTemplates(draft) {
		const { session, view } = this.chat;
		let seen = session.newest;
		this.chat.openDialog("TemplateDialog", {
			draft,
			insert: !view.composer.area.disabled && ((reply) => view.composer.insert(reply)),
			send: (template) =>
				this.postTemplate(session, template, seen).catch((error) => {
					error.confirm = () => {
						seen = error.details.message;
					};
					throw error;
				}),
		});
	}

	async postTemplate(session, { attached, ...template }, seen) {
		const args = { ...session.target, ...template };
		const sent = await this.post("chat.send_template", args, { attached, seen });
		rememberTemplate(template.content_sid);
		if (this.isCurrent(session)) this.chat.view.messages.add(sent);
		this.chat.onSent(session, sent);
	}

	/** Posts with an idempotency key, which does not depend on `seen`, and refreshes the chat afterwards, whatever the result. */
	async post(method, given, { attached, seen }) {
		const { session, view, keys, host } = this.chat;
		let args = given;
		session.outbox.sending = true;
		session.ignorePendingAnswers();
		if (this.isShown(session)) view.composer.refresh();
		try {
			if (attached) {
				attached.uploaded ||= await host.upload(attached.file);
				args = { ...given, file: attached.uploaded };
			}
			const request = { ...args, seen, client_key: keys.keyFor([method, args]) };
			const sent = await this.chat.call(method, request, { post: true });
			keys.release([method, args]);
			return sent;
		} catch (error) {
			if (!isTransient(error)) keys.release([method, args]);
			throw error;
		} finally {
			session.outbox.sending = false;
			if (this.isShown(session)) {
				view.composer.refresh();
				this.chat.refresh();
			}
		}
	}
}
