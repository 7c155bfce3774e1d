/** An open Desk shows an entry that was told anew beside its earlier self: only the latest of each stays. */
function keepTheLatest({ currentTarget: bell }) {
	const known = new Set();
	for (const entry of bell.querySelectorAll(".notification-item[data-name]")) {
		if (known.has(entry.dataset.name)) entry.remove();
		known.add(entry.dataset.name);
	}
}

$(document).on("show.bs.dropdown", ".dropdown-notifications", keepTheLatest);
