// What a failed call means. An error has `status` (HTTP, 0 without a connection) and the server's sentence as `message`.

/** No answer, or a server that fails, rather than a refusal: what is on the screen stays there, and the call may be repeated. */
export function isTransient({ status }) {
	return !(status >= 400 && status < 500) || status === 429;
}

/** The text for somebody whose message was not sent. */
export function errorText(error) {
	if (error.status === 0) {
		return __(
			"No connection: it is not certain that this was sent. Your text is kept; send it again when you are back online.",
		);
	}
	if (isTransient(error)) {
		return __(
			"The server did not answer as it should: it is not certain that this was sent. Your text is kept; try again.",
		);
	}
	return error.message;
}
