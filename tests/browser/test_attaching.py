"""The clip's menu: a file of this computer, of the lead, or a printed document; and the file of a template."""

import pytest
from playwright.sync_api import expect

OPEN = "host.receive(c, 'Halo');"
RECORD_FILES = """host.files = [{name: "denah.pdf", type: "application/pdf", size: 120_000}, {name: "depan.jpg", type: "image/jpeg", size: 90_000}];
host.recordFiles = [
	{name: "FILE-1", file_name: "denah.pdf", type: "application/pdf", size: 120_000, problem: null},
	{name: "FILE-2", file_name: "depan.jpg", type: "image/jpeg", size: 90_000, problem: null},
	{name: "FILE-3", file_name: "animasi.gif", type: "image/gif", size: 10, problem: "WhatsApp does not accept this type of file."},
];"""
PRINTABLE = """host.printable = {
	documents: [
		{doctype: "Quotation", label: "Quotation", name: "QTN-12", status: "Open", amount: "Rp 450", date: "20-11-2026", language: "id"},
		{doctype: "Sales Order", label: "Sales Order", name: "SO-7", status: "", amount: "", date: "", language: "xx"},
	],
	formats: {
		Quotation: [{name: "Ours", label: "Ours"}, {name: "Standard", label: "Standard"}],
		"Sales Order": [{name: "Standard", label: "Standard"}],
	},
	languages: [{name: "en", label: "English"}, {name: "id", label: "Bahasa Indonesia"}],
};"""
PHOTO = {"name": "rumah.jpg", "mimeType": "image/jpeg", "buffer": b"photo"}
BROCHURE = {"name": "brosur.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}
HINT = "This template takes a document, such as a PDF."
TEMPLATE = f"""host.receive(c, 'Halo', {{ago: 25 * HOUR}});
host.templates = [
	{{content_sid: "HX1", friendly_name: "document", language: "en", category: "UTILITY", content_type: "twilio/media",
		body: "Hello {{{{1}}}}, here it is.", media_url: "https://crm.example.com/{{{{2}}}}", variables: [
			{{name: "1", value: "Budi", sample: "Ani", file: null, address: ""}},
			{{name: "2", value: "", sample: "a.pdf", address: "", file: {{types: ["application/pdf"], hint: "{HINT}"}}}}]}},
	{{content_sid: "HX2", friendly_name: "elsewhere", language: "en", category: "UTILITY", content_type: "twilio/media",
		body: "Hello", media_url: "https://files.example.com/{{{{1}}}}", variables: [
			{{name: "1", value: "", sample: "a.pdf", file: null, address: "https://files.example.com/"}}]}},
	{{content_sid: "HX3", friendly_name: "houses", language: "en", category: "UTILITY", content_type: "twilio/carousel",
		body: "Houses for {{{{1}}}}", variables: [{{name: "1", value: "Budi", sample: "", file: null, address: ""}}],
		problem: "Carousels cannot be sent from here."}},
];"""


def clip(panel):
	return panel.root.get_by_role("button", name="Attach a file")


def item(panel, name: str):
	return panel.root.get_by_role("menuitem", name=name)


def chips(panel):
	return panel.root.locator(".wa-chip")


def open_source(panel, name: str) -> None:
	clip(panel).click()
	panel.wait()
	item(panel, name).click()
	panel.wait()


def sent_files(panel) -> list:
	return [(call["args"]["body"], call["args"].get("file")) for call in panel.calls("chat.reply")]


def test_the_menu_is_walked_by_arrows_and_closed_by_escape(panel):
	panel.open(OPEN)
	clip(panel).click()
	panel.wait()
	expect(clip(panel)).to_have_attribute("aria-expanded", "true")
	expect(item(panel, "From this computer")).to_be_focused()
	panel.page.keyboard.press("ArrowDown")
	expect(item(panel, "Files of this lead")).to_be_focused()
	panel.page.keyboard.press("End")
	expect(item(panel, "Print a document")).to_be_focused()
	panel.page.keyboard.press("ArrowDown")
	expect(item(panel, "From this computer")).to_be_focused()
	panel.page.keyboard.press("Escape")
	expect(panel.root.get_by_role("menu")).to_have_count(0)
	expect(clip(panel)).to_be_focused()
	expect(clip(panel)).to_have_attribute("aria-expanded", "false")


def test_the_clip_closes_its_menu_too(panel):
	panel.open(OPEN)
	clip(panel).click()
	panel.wait()
	clip(panel).click()
	panel.wait()
	expect(panel.root.get_by_role("menu")).to_have_count(0)
	expect(clip(panel)).to_have_attribute("aria-expanded", "false")
	expect(clip(panel)).to_be_focused()


def test_a_file_of_this_computer_is_chosen_in_the_browsers_own_dialog(panel):
	panel.open(OPEN)
	clip(panel).click()
	panel.wait()
	with panel.page.expect_file_chooser() as chooser:
		item(panel, "From this computer").click()
	chooser.value.set_files(PHOTO)
	expect(chips(panel)).to_contain_text("rumah.jpg")


def test_files_of_the_lead_are_attached_without_being_uploaded(panel):
	panel.open(OPEN + RECORD_FILES)
	open_source(panel, "Files of this lead")
	expect(panel.dialog).to_have_accessible_name("Files of this lead")
	attach = panel.dialog.get_by_role("button", name="Attach")
	expect(attach).to_be_disabled()
	expect(panel.dialog.get_by_label("animasi.gif")).to_be_disabled()
	expect(panel.dialog).to_contain_text("WhatsApp does not accept this type of file.")
	panel.dialog.get_by_label("denah.pdf").check()
	panel.dialog.get_by_label("depan.jpg").check()
	attach.click()
	panel.wait()
	expect(panel.dialog).to_have_count(0)
	expect(chips(panel)).to_have_count(2)
	expect(panel.text).to_be_focused()
	panel.press("Enter")
	panel.wait()
	assert sent_files(panel) == [("", "FILE-1"), ("", "FILE-2")]
	assert panel.calls("upload") == []


def test_a_lead_without_files_says_so(panel):
	panel.open(OPEN)
	open_source(panel, "Files of this lead")
	expect(panel.dialog).to_contain_text("No files are attached to this lead.")
	expect(panel.dialog.get_by_role("button", name="Attach")).to_be_disabled()


@pytest.mark.parametrize(
	("source", "method"), [("Files of this lead", "files"), ("Print a document", "printable")]
)
def test_a_dialog_that_cannot_be_filled_says_only_why(panel, source, method):
	panel.open(OPEN)
	panel.do(f"host.fail('documents.{method}', {{status: 0, message: 'No connection to the server.'}})")
	open_source(panel, source)
	expect(panel.dialog.get_by_role("alert")).to_have_text("No connection to the server.")
	expect(panel.dialog.get_by_text("Loading")).to_have_count(0)


def test_a_document_is_printed_in_the_format_and_language_that_were_chosen(panel):
	panel.open(OPEN + PRINTABLE)
	open_source(panel, "Print a document")
	document = panel.dialog.get_by_label("Document")
	expect(document).to_be_focused()
	expect(document.locator("option").first).to_have_text("Quotation QTN-12 · Open · Rp 450 · 20-11-2026")
	expect(panel.dialog.get_by_label("Print format")).to_have_value("Ours")
	expect(panel.dialog.get_by_label("Language")).to_have_value("id")
	panel.dialog.get_by_label("Language").select_option("English")
	panel.dialog.get_by_role("button", name="Attach PDF").click()
	panel.wait()
	expect(panel.dialog).to_have_count(0)
	expect(chips(panel)).to_contain_text("Quotation QTN-12.pdf")
	[call] = panel.calls("documents.pdf")
	chosen = {key: call["args"][key] for key in ("doctype", "name", "print_format", "language")}
	assert chosen == {"doctype": "Quotation", "name": "QTN-12", "print_format": "Ours", "language": "en"}
	panel.type("Penawaran kami")
	panel.press("Enter")
	panel.wait()
	assert sent_files(panel) == [("Penawaran kami", "FILE-1")]


def test_another_document_has_its_own_formats_and_a_language_of_the_site(panel):
	panel.open(OPEN + PRINTABLE)
	open_source(panel, "Print a document")
	panel.dialog.get_by_label("Document").select_option(label="Sales Order SO-7")
	expect(panel.dialog.get_by_label("Print format")).to_have_value("Standard")
	expect(panel.dialog.get_by_label("Language")).to_have_value("en")


def test_where_the_site_makes_no_pdf_its_sentence_is_shown_and_nothing_is_attached(panel):
	panel.open(OPEN + PRINTABLE)
	panel.do("host.fail('documents.pdf', {status: 417, message: 'This site cannot make PDFs.'})")
	open_source(panel, "Print a document")
	panel.dialog.get_by_role("button", name="Attach PDF").click()
	panel.wait()
	expect(panel.dialog).to_contain_text("This site cannot make PDFs.")
	panel.do("host.fail('documents.pdf', {status: 502, message: 'Server error (502).'})")
	panel.dialog.get_by_role("button", name="Attach PDF").click()
	panel.wait()
	expect(panel.dialog.get_by_role("alert")).to_have_text("Server error (502).")
	expect(panel.dialog.get_by_role("button", name="Attach PDF")).to_be_focused()
	panel.dialog.get_by_role("button", name="Cancel").click()
	expect(chips(panel)).to_have_count(0)
	expect(clip(panel)).to_be_focused()


def test_nothing_to_print_is_said(panel):
	panel.open(OPEN)
	open_source(panel, "Print a document")
	expect(panel.dialog).to_contain_text("There is no quotation, order or invoice of this lead")


def test_a_dialog_does_not_outlive_its_chat(panel):
	panel.open(OPEN + RECORD_FILES + "host.addLead('LEAD-2')")
	open_source(panel, "Files of this lead")
	panel.show("LEAD-2")
	expect(panel.dialog).to_have_count(0)


@pytest.fixture
def dialog(panel):
	panel.open(TEMPLATE + RECORD_FILES + PRINTABLE)
	panel.template_button.first.click()
	panel.wait()
	return panel.dialog


def choose_file(panel, dialog):
	dialog.get_by_role("button", name="File").click()
	panel.wait()


def test_a_templates_file_is_asked_for_uploaded_and_sent(panel, dialog):
	expect(panel.dialog_send).to_be_disabled()
	expect(dialog.get_by_role("button", name="File")).to_have_accessible_description(HINT)
	choose_file(panel, dialog)
	with panel.page.expect_file_chooser() as chooser:
		item(panel, "From this computer").click()
	chooser.value.set_files(BROCHURE)
	panel.wait()
	expect(dialog.get_by_role("group", name="Preview")).to_contain_text("brosur.pdf")
	panel.dialog_send.click()
	panel.wait()
	[call] = panel.calls("chat.send_template")
	assert (call["args"]["variables"], call["args"]["file"]) == ({"1": "Budi"}, "FILE-3")
	assert len(panel.calls("upload")) == 1


def test_a_file_of_another_kind_is_not_taken(panel, dialog):
	dialog.locator("input[type=file]").set_input_files(PHOTO)
	panel.wait()
	expect(dialog.get_by_role("alert").filter(has_text=HINT)).to_be_visible()
	expect(panel.dialog_send).to_be_disabled()


def test_a_templates_file_may_be_one_of_the_lead_of_that_kind(panel, dialog):
	choose_file(panel, dialog)
	item(panel, "Files of this lead").click()
	panel.wait()
	files = panel.page.get_by_role("dialog", name="Files of this lead")
	expect(files.get_by_role("radio")).to_have_count(1)
	files.get_by_label("denah.pdf").check()
	files.get_by_role("button", name="Attach").click()
	panel.wait()
	expect(dialog.get_by_role("button", name="File")).to_be_focused()
	panel.dialog_send.click()
	panel.wait()
	[call] = panel.calls("chat.send_template")
	assert call["args"]["file"] == "FILE-1"
	assert panel.calls("upload") == []


def test_where_the_lead_has_files_of_other_types_only_that_is_said(panel):
	panel.open(TEMPLATE + RECORD_FILES + "host.recordFiles.shift()")
	panel.template_button.first.click()
	panel.wait()
	choose_file(panel, panel.dialog)
	item(panel, "Files of this lead").click()
	panel.wait()
	files = panel.page.get_by_role("dialog", name="Files of this lead")
	expect(files).to_contain_text("This lead has no file of a type that the template takes.")


def test_a_templates_file_may_be_a_printed_document(panel, dialog):
	choose_file(panel, dialog)
	item(panel, "Print a document").click()
	panel.wait()
	panel.page.get_by_role("button", name="Attach PDF").click()
	panel.wait()
	expect(dialog.get_by_role("button", name="File")).to_contain_text("Quotation QTN-12.pdf")
	expect(panel.dialog_send).to_be_enabled()


def test_the_file_stays_with_its_template(panel, dialog):
	dialog.locator("input[type=file]").set_input_files(BROCHURE)
	panel.wait()
	dialog.get_by_role("option").nth(1).click()
	dialog.get_by_role("option").nth(0).click()
	expect(dialog.get_by_role("button", name="File")).to_contain_text("brosur.pdf")
	expect(panel.dialog_send).to_be_enabled()


def test_a_file_that_is_filled_in_already_can_be_sent_as_it_is_or_replaced(panel):
	panel.open(TEMPLATE + RECORD_FILES + "host.templates[0].variables[1].value = 'files/brochure.pdf'")
	panel.template_button.first.click()
	panel.wait()
	file = panel.dialog.get_by_role("button", name="File")
	expect(file).to_contain_text("files/brochure.pdf")
	expect(panel.dialog_send).to_be_enabled()
	panel.dialog.locator("input[type=file]").set_input_files(BROCHURE)
	panel.wait()
	expect(file).to_contain_text("brosur.pdf")
	panel.dialog.locator("input[type=file]").set_input_files(PHOTO)
	panel.wait()
	expect(file).to_contain_text("files/brochure.pdf")
	panel.dialog_send.click()
	panel.wait()
	[call] = panel.calls("chat.send_template")
	assert call["args"]["variables"] == {"1": "Budi", "2": "files/brochure.pdf"}
	assert "file" not in call["args"]


def test_while_a_photo_is_made_smaller_the_template_does_not_go_out_with_another_file(panel):
	panel.open(
		TEMPLATE
		+ "host.templates[0].variables[1].value = 'files/house.jpg'; host.templates[0].variables[1].file.types = ['image/jpeg'];"
	)
	panel.do(
		"window.createImageBitmap = () => new Promise((resolve, reject) => { window.unreadable = reject; })"
	)
	panel.template_button.first.click()
	panel.wait()
	expect(panel.dialog_send).to_be_enabled()
	panel.dialog.locator("input[type=file]").evaluate(
		"""input => {
			const data = new DataTransfer();
			data.items.add(new File([new Uint8Array(5_000_001)], "rumah.jpg", {type: "image/jpeg"}));
			input.files = data.files;
			input.dispatchEvent(new Event("change"));
		}"""
	)
	panel.wait()
	expect(panel.dialog.get_by_role("button", name="File")).to_contain_text("rumah.jpg · compressing…")
	expect(panel.dialog_send).to_be_disabled()
	panel.do("window.unreadable(new Error())")
	expect(panel.dialog.get_by_role("alert").filter(has_text="rumah.jpg is too large")).to_be_visible()
	expect(panel.dialog.get_by_role("button", name="File")).to_contain_text("files/house.jpg")
	expect(panel.dialog_send).to_be_enabled()


def test_where_the_file_is_at_another_site_the_rest_of_the_link_is_asked_for(panel, dialog):
	dialog.get_by_role("option").nth(1).click()
	expect(dialog.get_by_label("File")).to_have_accessible_description(
		"This template takes its file from https://files.example.com/: enter the rest of that link."
	)
	dialog.get_by_label("File").fill("brosur.pdf")
	panel.dialog_send.click()
	panel.wait()
	[call] = panel.calls("chat.send_template")
	assert call["args"]["variables"] == {"1": "brosur.pdf"}


def test_a_carousel_is_shown_as_not_supported(panel, dialog):
	expect(dialog.get_by_role("option").nth(2)).to_contain_text("Not supported")
	dialog.get_by_role("option").nth(2).click()
	expect(dialog).to_contain_text("Carousels cannot be sent from here.")
	expect(dialog.get_by_label("1", exact=True)).to_have_count(0)
	expect(panel.dialog_send).to_be_disabled()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("source", [None, "Files of this lead", "Print a document"])
def test_axe_finds_nothing_in_the_menu_and_its_dialogs(panel, axe, theme, source):
	panel.page.evaluate("theme => Object.assign(document.documentElement.dataset, {theme})", theme)
	panel.open(OPEN + RECORD_FILES + PRINTABLE)
	if source:
		open_source(panel, source)
		expect(panel.dialog.locator("label").first).to_be_visible()
	else:
		clip(panel).click()
		panel.wait()
		expect(item(panel, "Print a document")).to_be_visible()
	panel.page.clock.resume()
	assert axe(panel.page, "wa-chat") == []


def test_axe_finds_nothing_in_the_field_for_a_file(panel, axe, dialog):
	choose_file(panel, dialog)
	panel.page.clock.resume()
	assert axe(panel.page, "wa-chat") == []
