import { PopupMenu } from "./popup_menu.js";

/** What can seldom be done with the chat that `parent` shows, at the button that says whose it is. */
export class ChatMenu extends PopupMenu {
	constructor({ parent: chat, anchor }) {
		const { answer, conversation } = chat.session;
		const items = [
			answer.may_take && [__("Take"), () => chat.takeChat(anchor)],
			answer.may_assign && [__("Hand over…"), () => chat.openHandOver()],
			answer.may_reply && [__("Consent…"), () => openConsent(chat, conversation)],
		];
		super({ anchor, label: __("More"), items: items.filter(Boolean) });
	}
}

function openConsent(chat, conversation) {
	chat.openDialog("ConsentDialog", {
		now: () => chat.clock.now(),
		load: () => chat.call("inbox.consent", { conversation }),
		save: (given) => chat.call("inbox.set_consent", { conversation, ...given }, { post: true }),
	});
}
