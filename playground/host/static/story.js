import { h, srOnly } from "/wa_chat/dom.js";

const texts = () => ({
	write: __("Write as Budi, on the customer's phone"),
	answer: __("Answer him here"),
	wait: __("Let 23 hours pass, by the clock above"),
	template: __("Send him a template"),
});

/** What a newcomer can try, ticked off as the server says that it was done. Folded where there is little room. */
export class Story {
	constructor(node) {
		this.node = node;
		this.title = h("summary", {});
		this.steps = h("ol", {});
		this.node.setAttribute("aria-label", __("Try it"));
		const details = node.querySelector("details");
		details.append(this.title, this.steps);
		details.open = matchMedia("(min-width: 48rem)").matches;
	}

	/** `story`: each step's `name` and whether it is `done`. */
	show({ story }) {
		const done = story.filter((step) => step.done).length;
		this.title.textContent = done ? __("Try it: {0} of {1} done", [done, story.length]) : __("Try it");
		const next = story.find((step) => !step.done);
		this.steps.replaceChildren(...story.map((step) => item(step, step === next)));
	}
}

function item({ name, done }, isNext) {
	const word = __("done");
	return h(
		"li",
		{ class: done ? "done" : "", "aria-current": isNext ? "step" : null },
		texts()[name],
		done && srOnly(` (${word})`),
	);
}
