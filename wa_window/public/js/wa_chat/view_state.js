// What the panel shows, derived from a session and the server's clock.

import { isTransient } from "./errors.js";
import { stateAt, WINDOW_STATES } from "./window_states.js";

const WARNING = "orange";
const LOCKED = { locked: true, template: false };

/**
 * `state` is one of the window's states, or unsaved, loading, unavailable (the server says why), offline; `colour` is the
 * banner's. `locked`: no freeform text may be sent now. `template`: a template may be offered. `expired`: the window has
 * ended since the server's answer.
 */
export function viewState({ lead, answer, problem }, now) {
	if (!lead) return { state: "unsaved", colour: "gray", ...LOCKED };
	if (problem && !isTransient(problem)) return unavailable(problem);
	if (answer) return answered(answer, problem, now);
	return problem
		? { state: "offline", colour: WARNING, problem, ...LOCKED }
		: { state: "loading", colour: "gray", ...LOCKED };
}

function answered(answer, problem, now) {
	const { window, may_reply: mayReply, sender_problem: senderProblem } = answer;
	if (senderProblem) {
		return { ...unavailable({ status: 417, excType: "NotSetUp", message: senderProblem }), mayReply };
	}
	const windowState = stateAt(window, now);
	const { colour, freeform, template } = WINDOW_STATES[windowState];
	return {
		state: problem ? "offline" : windowState,
		colour: problem ? WARNING : colour,
		windowState,
		problem,
		window,
		mayReply,
		expired: windowState !== window.state,
		locked: !mayReply || !freeform,
		template: Boolean(mayReply && template),
	};
}

function unavailable(problem) {
	return { state: "unavailable", colour: WARNING, problem, ...LOCKED };
}
