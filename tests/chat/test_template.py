from dataclasses import replace

import pytest

from wa_window.chat.errors import InvalidMessage, TemplateNotUsable
from wa_window.chat.template import ContentTemplate, Variable, filled, rendered, require_usable, variables_in
from wa_window.chat.window import window_at

NOW = 1_795_400_000_000
OPEN, CLOSED = window_at(NOW, NOW), window_at(1, NOW)


def template(body="Halo {{1}}, sampai {{date}}.", names=("1", "date"), **more) -> ContentTemplate:
	variables = tuple(Variable(name) for name in names)
	return ContentTemplate("HX1", body=body, variables=variables, approval_status="approved", **more)


def test_variables_are_found_once_each_in_their_order():
	assert variables_in("{{2}} {{ name }} {{1}}", "{{2}} {{other_1}} {no} {{not this}}") == [
		"2",
		"name",
		"1",
		"other_1",
	]


def test_named_and_numbered_variables_are_filled_and_rendered():
	values = filled(template(), {"1": 'Pak "O\'Brien" 100%', "date": "5 {{x}} Desember"})
	assert rendered(template().body, values) == 'Halo Pak "O\'Brien" 100%, sampai 5 {{x}} Desember.'


@pytest.mark.parametrize(
	"values",
	[{}, {"1": "Budi"}, {"1": "Budi", "date": ""}, {"1": "Budi", "date": "  "}, {"1": "Budi", "date": None}],
)
def test_a_missing_variable_is_refused_by_its_name(values):
	with pytest.raises(InvalidMessage, match="Fill in"):
		filled(template(), values)


@pytest.mark.parametrize("value", ["a\nb", "a\tb", "a\rb", "a     b", "x" * 1601])
def test_values_that_whatsapp_refuses_are_refused_before(value):
	with pytest.raises(InvalidMessage):
		filled(template(), {"1": value, "date": "besok"})


def test_four_spaces_and_1600_characters_are_taken():
	assert filled(template(body="{{date}}"), {"1": "x" * 1600, "date": "a    b"})


def test_a_variable_outside_the_body_is_required_too():
	with pytest.raises(InvalidMessage, match="file"):
		filled(template(body="Brosur", names=("file",)), {})


def test_a_rendered_text_over_1024_characters_is_refused():
	with pytest.raises(InvalidMessage, match="1024"):
		filled(template(), {"1": "x" * 1020, "date": "besok"})


def test_a_value_for_no_variable_is_refused():
	with pytest.raises(InvalidMessage, match="no variable 3"):
		filled(template(), {"1": "a", "date": "b", "3": "c"})


@pytest.mark.parametrize(
	"status", ["unsubmitted", "received", "pending", "rejected", "paused", "disabled", ""]
)
def test_only_approved_templates_are_usable(status):
	unapproved = ContentTemplate("HX1", approval_status=status)
	with pytest.raises(TemplateNotUsable, match="not approved"):
		require_usable(unapproved, OPEN)


def test_list_pickers_and_locations_only_while_the_window_is_open():
	inside_only = template(usable_outside_window=False)
	require_usable(inside_only, OPEN)
	with pytest.raises(TemplateNotUsable, match="while the window is open"):
		require_usable(inside_only, CLOSED)
	with pytest.raises(TemplateNotUsable, match="not found"):
		require_usable(None, OPEN)


def test_a_list_which_whatsapp_does_not_approve_is_usable_while_the_window_is_open():
	picker = ContentTemplate(
		"HX1",
		content_type="twilio/list-picker",
		approval_status="unsubmitted",
		usable_outside_window=False,
	)
	require_usable(picker, OPEN)
	with pytest.raises(TemplateNotUsable, match="only be sent while the window is open"):
		require_usable(picker, CLOSED)
	with pytest.raises(TemplateNotUsable, match="not approved"):
		require_usable(replace(picker, approval_status="deleted"), OPEN)


def test_a_template_with_more_variables_or_longer_names_than_whatsapp_takes_is_refused():
	hundred = tuple(str(number) for number in range(100))
	for names in ((*hundred, "100"), ("x" * 17,)):
		with pytest.raises(InvalidMessage, match="too many variables"):
			filled(template(body="", names=names), dict.fromkeys(names, "a"))
	for names in (hundred, ("x" * 16,)):
		assert len(filled(template(body="", names=names), dict.fromkeys(names, "a"))) == len(names)


def test_what_is_too_long_is_said_with_its_name():
	with pytest.raises(InvalidMessage, match=r"^date is longer than 1600 characters"):
		filled(template(), {"1": "Budi", "date": "x" * 1601})


def test_a_variable_without_a_value_stays_as_it_is_written():
	assert rendered("Halo {{1}}, {{ nama }}!", {"1": "Budi"}) == "Halo Budi, {{ nama }}!"
