// A text that is too long for one message, cut into several.

// As WhatsApp's formatting: within a line, or a block of code.
const FORMATTED = /(?<![\p{L}\p{N}])([*_~])(?=\S)[^\n]*?\S\1(?![\p{L}\p{N}])|```[\s\S]*?```/gu;
const SPACES = /\s+/g;
// The rules of Unicode end a sentence also after the question mark of an address.
const SENTENCE_END = /[\s。！？｡]/;

/**
 * Pieces of at most `max` code points, as the server counts: cut after a sentence, else at a space, a word, or where a reader would
 * see two characters. Each is `{text, rest}`; `rest` is the text from there on, which is cut into the same pieces again.
 */
export function piecesOf(text, max) {
	const pieces = [];
	let rest = text;
	while (isLonger(rest, max)) {
		const cut = cutOf(rest, max);
		pieces.push({ text: rest.slice(0, cut).trimEnd(), rest });
		rest = rest.slice(cut).trimStart();
	}
	return [...pieces, { text: rest, rest }].filter((piece) => piece.text.trim());
}

/** Formatting is kept whole where there is another place to cut. */
function cutOf(text, max) {
	// More than a piece, so that what is at its end is seen whole.
	const seen = text.slice(0, 4 * max);
	const end = endOf(seen, max);
	const torn = [...seen.matchAll(FORMATTED)].map(({ 0: match, index }) => [index, index + match.length]);
	const isWhole = (cut) => !torn.some(([from, to]) => from < cut && cut < to);
	const fits = (cut) => cut > 0 && seen.slice(0, cut).trimEnd().length <= end;
	const last = (cuts, isAllowed) =>
		cuts.findLast((cut) => fits(cut) && isAllowed(cut) && seen.slice(0, cut).trim());
	const sentences = segments(seen, "sentence").filter((cut) => SENTENCE_END.test(seen[cut - 1]));
	const spaces = [...seen.matchAll(SPACES)].map(({ 0: match, index }) => index + match.length);
	const anywhere = () => true;
	return (
		last(sentences, isWhole) ||
		last(spaces, isWhole) ||
		last(sentences, anywhere) ||
		last(spaces, anywhere) ||
		last(segments(seen, "word"), anywhere) ||
		last(segments(seen, "grapheme"), anywhere) ||
		end
	);
}

/** Where each sentence, word or grapheme begins; none in a browser that does not know. */
function segments(text, granularity) {
	if (!Intl.Segmenter) return [];
	const segmenter = new Intl.Segmenter(undefined, { granularity });
	return Array.from(segmenter.segment(text), ({ index }) => index);
}

/** The index in UTF-16 after `max` code points. */
function endOf(text, max) {
	let end = 0;
	let left = max;
	for (const character of text) {
		if (!left--) break;
		end += character.length;
	}
	return end;
}

function isLonger(text, max) {
	return text.length > max && endOf(text, max) < text.length;
}
