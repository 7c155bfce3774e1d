// WhatsApp's formatting: https://faq.whatsapp.com/539178204879377. What the page does not say is as in its apps: a mark counts only
// at the edge of a word, and where it is closed in the same line.

import { h } from "./dom.js";
import { linkNode, linksIn } from "./links.js";

const MARKS = { "*": "strong", _: "em", "~": "s" };
const CODE = /```([\s\S]+?)```|`([^`\n]+)`/g;
const LINE_MARKS = { bullet: /^[-*] (?=\S)/, number: /^\d{1,3}\. (?=\S)/, quote: /^> (?=\S)/ };
const WORD = /[\p{L}\p{M}\p{N}]/u;
// In place of what is not looked into: neither a word, nor a blank, nor a mark.
const OPAQUE = "\ufffc";

/**
 * A message's text as nodes and strings. The marks stay in the text, without a size: so what is copied is the original.
 * `leaf(text)`, if given, returns the nodes of plain text, in which no links are looked for.
 */
export function formatted(text, leaf = null) {
	const code = [...text.matchAll(CODE)].filter(isCode).map(codeAtom);
	const links = leaf ? [] : linksIn(covered(text, code, " ")).map(linkAtom);
	const atoms = [...code, ...links];
	const lines = new Lines(text, covered(text, atoms, OPAQUE), { atoms, leaf: leaf ?? ((plain) => [plain]) });
	return lines.nodes();
}

class Lines {
	/** `seen` is the text with the `atoms` covered. */
	constructor(text, seen, { atoms, leaf }) {
		this.text = text;
		this.seen = seen;
		this.atoms = new Map(atoms.map((atom) => [atom.start, atom]));
		this.leaf = leaf;
	}

	nodes() {
		const nodes = [];
		let start = 0;
		for (const line of this.seen.split("\n")) {
			const end = start + line.length;
			this.add(nodes, this.line(line, start, end), start ? ["\n"] : []);
			start = end + 1;
		}
		return nodes;
	}

	/** The items of a list that follow each other are one list. */
	add(nodes, { kind, node }, lineBreak) {
		const list = ["bullet", "number"].includes(kind);
		if (list && nodes.at(-1)?.role === "list") nodes.at(-1).append(...lineBreak, node);
		else nodes.push(...lineBreak, ...(list ? [h("span", { role: "list" }, node)] : [node].flat()));
	}

	line(line, start, end) {
		for (const [kind, pattern] of Object.entries(LINE_MARKS)) {
			const [mark] = pattern.exec(line) || [];
			if (!mark) continue;
			const role = kind === "quote" ? "blockquote" : "listitem";
			const shown = kind === "number" ? mark : hidden(mark);
			const inline = this.inline(start + mark.length, end);
			return { kind, node: h("span", { class: `wa-line wa-line-${kind}`, role }, shown, inline) };
		}
		return { kind: "", node: this.inline(start, end) };
	}

	/** From `start` to `end`; `marks` are those that are not open already. */
	inline(start, end, marks = Object.keys(MARKS)) {
		const nodes = [];
		const left = new Set(marks);
		let plain = start;
		const addPlain = (to) => {
			if (plain < to) nodes.push(...this.leaf(this.text.slice(plain, to)));
		};
		for (let at = start; at < end; at = Math.max(at + 1, plain)) {
			const found = this.atoms.get(at) ?? this.emphasis(at, end, left);
			if (!found) continue;
			addPlain(at);
			nodes.push(found.node);
			plain = found.end;
		}
		addPlain(end);
		return nodes;
	}

	/** What begins with a mark at `start`; a mark that is not closed is no longer among those that are `left`. */
	emphasis(start, end, left) {
		const mark = this.seen[start];
		if (!left.has(mark) || !this.opens(start)) return null;
		const close = this.closing(mark, start, end);
		if (close < 0) {
			left.delete(mark);
			return null;
		}
		const others = Object.keys(MARKS).filter((other) => other !== mark && left.has(other));
		const inner = this.inline(start + 1, close, others);
		return { end: close + 1, node: h(MARKS[mark], {}, hidden(mark), inner, hidden(mark)) };
	}

	opens(at) {
		const next = this.seen[at + 1];
		return !isWord(this.seen[at - 1]) && isInk(next) && next !== this.seen[at];
	}

	closing(mark, open, end) {
		for (let at = open + 2; at < end; at++) {
			const closes = this.seen[at] === mark && isInk(this.seen[at - 1]) && !isWord(this.seen[at + 1]);
			if (closes) return at;
		}
		return -1;
	}
}

function isWord(character) {
	return Boolean(character) && WORD.test(character);
}

function isInk(character) {
	return Boolean(character?.trim());
}

function isCode([, block, inline]) {
	return isInk(block ?? inline);
}

function codeAtom({ 0: match, 1: block, 2: inline, index }) {
	const mark = block ? "```" : "`";
	const name = block ? "wa-code wa-code-block" : "wa-code";
	const node = h("code", { class: name }, hidden(mark), block ?? inline, hidden(mark));
	return { start: index, end: index + match.length, node };
}

function linkAtom(link) {
	return { ...link, node: linkNode(link) };
}

/** A mark that is copied and not seen. */
function hidden(mark) {
	return h("span", { class: "wa-mark", "aria-hidden": "true" }, mark);
}

function covered(text, atoms, cover) {
	let result = text;
	for (const { start, end } of atoms) {
		result = result.slice(0, start) + cover.repeat(end - start) + result.slice(end);
	}
	return result;
}
