"""The form of a new template, in a page with a fake of the parts of Frappe's form that it uses."""

import pytest
from playwright.sync_api import Page, expect

FORM = """async () => {
	const { refreshDraft } = await import("/public/js/template_draft/draft_form.js");
	const place = document.createElement("div");
	document.querySelector("wa-chat").replaceWith(place);
	const body = Object.assign(document.createElement("textarea"), { ariaLabel: "Body" });
	const preview = document.createElement("div");
	const buttons = document.createElement("div");
	place.append(body, preview, buttons);
	const field = (value) => ({ $input: { val: () => value } });
	window.calls = [];
	window.release = [];
	window.$ = () => ({ on() {} });
	const grid = { update_docfield_property() {}, reset_grid() {} };
	const asJquery = (node) => ({ addClass: () => asJquery(node), prop: (name, value) => { node[name] = value; } });
	const find = (label) => [...buttons.children].find((button) => button.textContent === label);
	window.frm = {
		doc: { status: "Draft", kind: "Text", samples: [] }, docname: "D-1", doctype: "Content Template Draft",
		is_new: () => false,
		is_dirty: () => Boolean(frm.dirty),
		save: async () => { calls.push("save"); frm.dirty = false; frm.refresh(); },
		reload_doc: async () => frm.refresh(),
		refresh: () => { buttons.replaceChildren(); refreshDraft(frm); },
		add_custom_button(label, act) {
			// One that is there stays (ui/page.js, add_inner_button).
			const button = find(label) ?? Object.assign(document.createElement("button"), { textContent: label, onclick: act });
			buttons.append(button);
			return asJquery(button);
		},
		fields_dict: {
			template_name: field("visit"), language: field("en"), media_url: field(""),
			body: { $input: { val: () => body.value } },
			preview: { $wrapper: { get: () => preview } },
			buttons: { grid }, samples: { grid },
		},
		refresh_field() {}, layout: { refresh_dependency() {} },
	};
	window.frappe = {
		utils: { debounce: (act) => act },
		ui: { form: { on(_doctype, _field, act) { body.oninput = act; } } },
		xcall: (method) => {
			calls.push(method.split(".").at(-1));
			if (method.endsWith("check")) return Promise.resolve({ problems: ["It ends with a variable."], variables: [] });
			return new Promise((resolve) => release.push(resolve));
		},
	};
	frm.refresh();
}"""


@pytest.fixture
def form(page: Page) -> Page:
	page.evaluate(FORM)
	return page


def test_what_was_wrong_with_a_text_is_gone_with_the_text(form):
	body, problems = form.get_by_label("Body"), form.get_by_role("status")
	body.fill("Hi {{1}}")
	expect(problems).to_have_text("It ends with a variable.")
	body.fill("")
	expect(problems).to_have_text("")


def test_it_is_submitted_once_though_it_is_pressed_twice(form):
	form.evaluate("frm.dirty = true")
	button = form.get_by_role("button", name="Create and Submit")
	button.click()
	expect(button).to_be_disabled()
	form.evaluate("document.querySelector('button').onclick()")
	form.evaluate("release.forEach((resolve) => resolve())")
	expect(button).to_be_enabled()
	assert form.evaluate("calls") == ["save", "submit"]


# Frappe's promise never rejects (form.js, validate_and_save).
def test_one_that_the_form_did_not_save_can_be_submitted_later(form):
	"""A required field is empty, or the server cannot be reached: the promise never settles."""
	form.evaluate("() => { frm.dirty = true; frm.save = () => new Promise(() => {}); }")
	button = form.get_by_role("button", name="Create and Submit")
	button.click()
	form.evaluate("() => { frm.dirty = false; frm.refresh(); }")
	expect(button).to_be_enabled()
	button.click()
	assert form.evaluate("calls") == ["submit"]


def test_one_that_the_server_did_not_save_is_not_submitted(form):
	"""It was changed meanwhile: the promise resolves, and what is stored is an older text."""
	form.evaluate("() => { frm.dirty = true; frm.save = async () => {}; }")
	button = form.get_by_role("button", name="Create and Submit")
	button.click()
	expect(button).to_be_enabled()
	assert form.evaluate("calls") == []
