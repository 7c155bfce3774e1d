/** Who wrote one of our messages; of some that is not known. */
export function authorName({ is_mine: isMine, sent_outside: isOutside, author: name }) {
	if (isOutside) return __("Sent outside this app");
	return isMine ? __("You") : name;
}
