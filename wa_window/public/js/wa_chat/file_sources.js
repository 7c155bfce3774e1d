import { PopupMenu } from "./popup_menu.js";
import { PrintDialog } from "./print_dialog.js";
import { RecordFilesDialog } from "./record_files_dialog.js";

const PDF = "application/pdf";

/**
 * The menu of where files come from, over the button `anchor` that opens and closes it: this computer (`pick()` opens the browser's own
 * dialog), the lead's files, a printed document. `onChoose(files)` gets files of this site, each with `name`, `file_name`, `type` and
 * `size`; `types` are those that are taken, all where there are none. `call(method, args, options)` calls the API for the chat
 * `target`.
 */
export class FileSources extends PopupMenu {
	constructor({ parent, anchor, call, target, pick, onChoose, types }) {
		const load = (method) => () => call(`documents.${method}`, target);
		const files = { parent, load: load("files"), onChoose, types };
		const print = (chosen) => call("documents.pdf", { ...target, ...chosen }, { post: true });
		const isPrintTaken = !types || types.includes(PDF);
		const printable = { parent, load: load("printable"), print, onChoose };
		const items = [
			[__("From this computer"), pick],
			[__("Files of this lead"), () => this.openDialog(new RecordFilesDialog(files))],
			isPrintTaken && [__("Print a document"), () => this.openDialog(new PrintDialog(printable))],
		];
		super({ anchor, label: __("Attach a file"), items: items.filter(Boolean), look: "wa-sources" });
	}

	openDialog(dialog) {
		this.dialog = dialog;
	}

	close() {
		super.close();
		this.dialog?.close();
	}
}
