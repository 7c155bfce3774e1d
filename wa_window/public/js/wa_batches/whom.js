/**
 * The choices of a SendDialog for the ticked `names` of a list; where those are all the rows that it shows of more, also all that it has,
 * by its `filters`. `shown` and `total` are numbers of rows, `count` is the total in words.
 */
export function whomOfList(doctype, names, { shown, total, count = total, filters }) {
	const ticked = { record_doctype: doctype, records: names };
	const whom = [{ label: __("{0} selected", [names.length]), choice: ticked }];
	if (names.length === shown && total > shown) {
		const listed = { record_doctype: doctype, filters };
		whom.push({ label: __("All {0} of this list", [count]), choice: listed });
	}
	return whom;
}
