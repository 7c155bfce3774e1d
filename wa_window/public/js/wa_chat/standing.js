// Where a chat stands, from what the server last said and its clock. The server decides; this only shows it.

const OPEN = ["open", "closing"];
const SILENT = ["opted_out", "blocked"];

/**
 * `state` is one of the window's states, or unsaved, loading, unavailable (the server says why not), offline.
 * `locked`: no freeform text now. `template`: a template may be offered.
 */
export function standing({ lead, answer, problem }, now) {
	if (!lead) return { state: "unsaved", locked: true, template: false };
	if (problem && !isPassing(problem)) return { state: "unavailable", problem, locked: true, template: false };
	if (!answer) return { state: problem ? "offline" : "loading", problem, locked: true, template: false };
	const { window, may_reply: mayReply, sender_problem: senderProblem } = answer;
	if (senderProblem) {
		const unsent = { status: 417, excType: "NotSetUp", message: senderProblem };
		return { state: "unavailable", problem: unsent, mayReply, locked: true, template: false };
	}
	const state = stateAt(window, now);
	return {
		state: problem ? "offline" : state,
		windowState: state,
		problem,
		window,
		mayReply,
		lapsed: state !== window.state,
		locked: !mayReply || !OPEN.includes(state),
		template: mayReply && !SILENT.includes(state),
	};
}

/** The window's state at `now`: whatever it was, it is closed once its end has come. */
export function stateAt(window, now) {
	const ends = [...OPEN, "refused"].includes(window.state);
	return ends && window.closes_at_ms !== null && now >= window.closes_at_ms ? "closed" : window.state;
}

/** No answer, or a server in trouble, rather than a refusal: what is on the screen stays there. */
export function isPassing({ status }) {
	return !(status >= 400 && status < 500) || status === 429;
}

/** What to tell somebody whose message was not taken. */
export function refusal(error) {
	if (error.status === 0) {
		return __(
			"No connection: it is not certain that this was sent. Your text is kept; send it again when you are back online.",
		);
	}
	if (isPassing(error)) {
		return __(
			"The server did not answer as it should: it is not certain that this was sent. Your text is kept; try again.",
		);
	}
	return error.message;
}
