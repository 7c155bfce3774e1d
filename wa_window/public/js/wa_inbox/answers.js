import { button, icon } from "../wa_chat/dom.js";

/** Only the chats whose customers have answered a template to many, until the chip above the list is pressed. */
export async function showAnswers(inbox, batch) {
	const { queue, view } = inbox;
	const { chips } = view.list.filters;
	const leave = () => {
		chip.remove();
		if (queue.filter.batch === batch) queue.show({ batch: undefined });
	};
	const chip = button(
		{
			class: "wi-chip wi-answers",
			"aria-pressed": "true",
			title: __("Show all chats again"),
			onclick: leave,
		},
		icon("close"),
		__("Answers to a template"),
	);
	chips.querySelector(".wi-answers")?.remove();
	chips.prepend(chip);
	inbox.screens.show("list");
	queue.show({ queue: "all", state: "", search: "", batch });
	const { template_name: name } = await inbox
		.call("batches.progress", { batch }, { post: false })
		.catch(() => ({}));
	if (name) chip.lastChild.textContent = __("Answers to “{0}”", [name]);
}
