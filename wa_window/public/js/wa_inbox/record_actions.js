import { leadOf, relink } from "./embedded_chat.js";

/** What a person does with the record of the chat that is open, in the details beside it. */
export class RecordActions {
	constructor(inbox) {
		this.inbox = inbox;
	}

	choices(conversation, field) {
		return this.inbox.call("inbox.choices", { conversation, field }, { post: false });
	}

	/** What the record's form asks too: how many messages belong to the number that it has. A chat that was left meanwhile keeps it. */
	async askFirst(conversation, { doctype, name }, values) {
		const { inbox } = this;
		try {
			const args = { lead_doctype: doctype, lead: name, values };
			const question = await inbox.call("chat.number_change", args);
			if (question && this.isLeft(conversation)) throw numberKept();
			return question;
		} catch (error) {
			if (this.isLeft(conversation)) inbox.reportFailure(conversation, error);
			throw error;
		}
	}

	keepNumber(conversation) {
		this.inbox.reportFailure(conversation, numberKept());
	}

	/** Resolves when the record has been saved, and rejects with why it was not. */
	async setField(conversation, field, value, was) {
		const { inbox } = this;
		try {
			const { fields } = await inbox.call("inbox.set_field", { conversation, field, value, was });
			inbox.record.setFields(conversation, fields);
			inbox.timing.onEvent();
		} catch (error) {
			if (error.status === 409) inbox.record.refresh();
			if (this.isLeft(conversation)) inbox.reportFailure(conversation, error);
			throw error;
		}
	}

	isLeft(conversation) {
		return conversation !== this.inbox.queue.selected;
	}

	link({ doctype, name }) {
		return this.linkBy("inbox.link", { lead_doctype: doctype, lead: name });
	}

	create() {
		return this.linkBy("inbox.create_lead");
	}

	/** The chat belongs to a record then; what has been typed stays. */
	async linkBy(method, args = {}) {
		const { inbox } = this;
		const { openRow: row } = inbox;
		const { conversation } = row;
		try {
			const { lead_doctype: doctype, lead, ...more } = await inbox.call(method, { conversation, ...args });
			inbox.change(conversation, { ...more, lead_doctype: doctype, lead });
			if (inbox.openRow?.conversation === conversation) relink(inbox.view.chat, leadOf(inbox.openRow));
		} catch (error) {
			inbox.view.list.showError(`${row.title}: ${error.message}`);
		}
		inbox.record.refresh();
		inbox.timing.onEvent();
	}

	retry() {
		this.inbox.record.refresh();
	}
}

function numberKept() {
	return new Error(__("Number not changed."));
}
