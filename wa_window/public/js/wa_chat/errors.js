// What a failed call means. An error has `status` (HTTP, 0 without a connection) and the server's sentence as `message`.

/** No answer, or a server that fails, rather than a refusal: what is on the screen stays there, and the call may be repeated. */
export function isTransient({ status }) {
	return !(status >= 400 && status < 500) || status === 429;
}

/** The text for somebody whose message was not sent. */
export function errorText(error) {
	if (error.status === 0) {
		return __("You're offline. This may not have been sent; your text is kept.");
	}
	if (isTransient(error)) {
		return __("Server error. This may not have been sent; your text is kept.");
	}
	return error.message;
}
