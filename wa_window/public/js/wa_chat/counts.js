const CAP = 99;

/** A count as it is shown: 99+ where there are more. */
export function capped(count) {
	return count > CAP ? `${CAP}+` : String(count);
}
