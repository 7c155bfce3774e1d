import { button, h } from "./dom.js";
import { PrintDialog } from "./print_dialog.js";
import { RecordFilesDialog } from "./record_files_dialog.js";

const PDF = "application/pdf";

/**
 * The menu of where files come from, over the button `anchor` that opens and closes it: this computer (`pick()` opens the browser's own
 * dialog), the lead's files, a printed document. `onChoose(files)` gets files of this site, each with `name`, `file_name`, `type` and
 * `size`; `types` are those that are taken, all where there are none. `call(method, args, options)` calls the API for the chat
 * `target`.
 */
export class FileSources {
	constructor({ parent, anchor, call, target, pick, onChoose, types }) {
		this.anchor = anchor;
		const load = (method) => () => call(`documents.${method}`, target);
		const files = { parent, load: load("files"), onChoose, types };
		const print = (chosen) => call("documents.pdf", { ...target, ...chosen }, { post: true });
		const isPrintTaken = !types || types.includes(PDF);
		const items = [
			this.item(__("From this computer"), pick),
			this.item(__("Files of this lead"), () => this.openDialog(new RecordFilesDialog(files))),
			isPrintTaken &&
				this.item(__("Print a document"), () =>
					this.openDialog(new PrintDialog({ parent, load: load("printable"), print, onChoose })),
				),
		];
		this.menu = h(
			"div",
			{
				class: "wa-menu wa-sources",
				role: "menu",
				"aria-label": __("Attach a file"),
				onkeydown: (event) => this.onKey(event),
				onfocusout: ({ relatedTarget: next }) =>
					next === anchor || this.menu.contains(next) || this.closeMenu(),
			},
			...items.filter(Boolean),
		);
		anchor.after(this.menu);
		anchor.setAttribute("aria-expanded", true);
		this.menu.scrollIntoView({ block: "nearest" });
		this.menu.firstElementChild.focus();
	}

	get isOpen() {
		return this.menu.isConnected;
	}

	item(label, act) {
		const onclick = () => {
			this.anchor.focus();
			this.closeMenu();
			act();
		};
		return button({ class: "wa-menu-item", role: "menuitem", tabindex: -1, onclick }, label);
	}

	openDialog(dialog) {
		this.dialog = dialog;
	}

	closeMenu() {
		this.anchor.setAttribute("aria-expanded", false);
		this.menu.remove();
	}

	/** Menu and dialog: another chat is shown. */
	close() {
		this.closeMenu();
		this.dialog?.close();
	}

	onKey(event) {
		const items = [...this.menu.children];
		const index = items.indexOf(document.activeElement);
		const targets = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: -1 };
		if (event.key === "Escape") {
			this.anchor.focus();
			this.closeMenu();
		} else if (event.key in targets) items.at(targets[event.key] % items.length).focus();
		else return;
		event.preventDefault();
		event.stopPropagation();
	}
}
