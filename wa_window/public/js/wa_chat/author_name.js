/** Who wrote one of our messages; of some that is not known. Of what another program sent, `author` says at most that it was imported. */
export function authorName({ is_mine: isMine, sent_outside: isOutside, author: name }) {
	if (isOutside) return name || __("Sent outside this app");
	return isMine ? __("You") : name;
}
