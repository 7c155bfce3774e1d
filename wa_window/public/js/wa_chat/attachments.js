import { button, fill, h, icon } from "./dom.js";
import { canShrink, isSticker, shrinkToLimit, sizeError } from "./file_limits.js";
import { iconOf, kindOf, sizeText } from "./media.js";

/** The files that are sent with the next message: one chip for each, which tells its size and removes it. */
export class Attachments {
	/** `onChange` is called after every change, `onRemove` after a person has removed a file. */
	constructor({ onChange, onRemove }) {
		this.onChange = onChange;
		this.onRemove = onRemove;
		this.files = [];
		this.error = "";
		this.node = h("div", { class: "wa-chips" });
	}

	/** Shows a session's list of files, each `{file, uploaded, shrinking, note}`; `add` adds to that list. */
	show(files) {
		this.files = files;
		fill(
			this.node,
			files.map((attached) => this.chip(attached)),
		);
		this.onChange();
	}

	/** Files that WhatsApp does not accept are left out: `error` says why. Photos that are too big are made smaller. */
	add(files) {
		const fits = (file) => canShrink(file) || !sizeError(file);
		const errors = [...files].filter((file) => !fits(file)).map(sizeError);
		const added = [...files].filter(fits).map((file) => ({ file, shrinking: canShrink(file) }));
		this.error = errors.join(" ");
		this.files.push(...added);
		this.show(this.files);
		this.shrinkAll(
			this.files,
			added.filter(({ shrinking }) => shrinking),
		);
	}

	/** Files of this site, each with `name` at the host, `file_name`, `type`, `size` and `problem`. */
	addStored(stored) {
		const files = stored.map(({ name, file_name, ...about }) => ({
			file: { name: file_name, ...about },
			uploaded: name,
		}));
		const error = ({ file }) => file.problem || sizeError(file);
		this.error = files.map(error).join(" ").trim();
		this.files.push(...files.filter((file) => !error(file)));
		this.show(this.files);
	}

	/** One after the other: each needs much memory. `files` may no longer be the list that is shown. */
	async shrinkAll(files, photos) {
		for (const photo of photos) {
			const error = await shrink(photo);
			if (error && files.includes(photo)) files.splice(files.indexOf(photo), 1);
			if (files !== this.files) continue;
			if (error) this.error = error;
			this.show(files);
		}
	}

	get isShrinking() {
		return this.files.some(({ shrinking }) => shrinking);
	}

	/** What has been done to the files. */
	get notes() {
		return this.files
			.map(({ note }) => note)
			.filter(Boolean)
			.join(" ");
	}

	/** While a message is being sent, its files cannot be removed. */
	setBusy(busy) {
		for (const remove of this.node.querySelectorAll("button")) remove.disabled = busy;
	}

	chip(attached) {
		const { name, size, type } = attached.file;
		const notes = attached.shrinking
			? [__("compressing…")]
			: [sizeText(size), isSticker({ type }) && __("sent as a sticker")];
		const remove = () => {
			this.files.splice(this.files.indexOf(attached), 1);
			this.show(this.files);
			this.onRemove();
		};
		return h(
			"span",
			{ class: "wa-chip" },
			icon(iconOf(kindOf({ type }))),
			h("span", { class: "wa-file-name", dir: "auto" }, name),
			h("span", { class: "wa-quiet" }, notes.filter(Boolean).join(" · ")),
			button(
				{ class: "wa-chip-remove", "aria-label": __("Remove {0}", [name]), onclick: remove },
				icon("close"),
			),
		);
	}
}

/** Resolves with an error's text where the photo cannot be made small enough, else with an empty one. */
async function shrink(photo) {
	const original = photo.file;
	try {
		photo.file = await shrinkToLimit(original);
		photo.note = __("Compressed for WhatsApp: {0} to {1}", [
			sizeText(original.size),
			sizeText(photo.file.size),
		]);
		return "";
	} catch {
		return sizeError(original);
	} finally {
		photo.shrinking = false;
	}
}
