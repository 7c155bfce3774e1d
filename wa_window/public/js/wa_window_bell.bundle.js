/** An open Desk shows an entry that was sent again beside its older copy: only the newest of each is kept. */
function removeOlderCopies({ currentTarget: bell }) {
	const names = new Set();
	for (const entry of bell.querySelectorAll(".notification-item[data-name]")) {
		if (names.has(entry.dataset.name)) entry.remove();
		names.add(entry.dataset.name);
	}
}

$(document).on("show.bs.dropdown", ".dropdown-notifications", removeOlderCopies);
