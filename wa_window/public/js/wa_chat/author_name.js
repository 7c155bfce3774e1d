/** Who wrote one of our messages; of some that is not known. */
export function authorName({ is_mine: isMine, sent_outside: isOutside, sent_at_source, author }) {
	if (isOutside) return sent_at_source === "import" ? __("Imported") : __("Sent outside this app");
	return isMine ? __("You") : author;
}
