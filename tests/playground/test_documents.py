"""A template's file and the files of the CRM, from the panel's calls to the customer's phone."""

import pytest

from playground.twilio_sim.sample_data import contents_of

DOCUMENT, PHOTO = ("HX" + f"{number:032x}" for number in (20, 21))


@pytest.fixture
def with_files(site):
	site.sim.contents |= {content.sid: content for content in contents_of(site.url)}
	site.host.sync_templates()
	return site


def file_named(site, ending: str) -> dict:
	files = site.get("documents.files").json()["message"]
	return next(file for file in files if file["name"].endswith(ending))


def send(site, content_sid=DOCUMENT, **given):
	return site.post("chat.send_template", content_sid=content_sid, variables={"1": "Pak Budi"}, **given)


def delivered(site):
	site.process_all()
	(message,) = site.sim.messages.values()
	return message


@pytest.mark.parametrize("static", ["{site}/", "{site}/files/", ""])
def test_a_templates_file_reaches_the_phone_whatever_part_of_the_url_is_the_variable(with_files, static):
	site = with_files
	media = static.format(site=site.url) + "{{2}}"
	site.sim.contents[DOCUMENT].types["twilio/media"]["media"] = [media]
	site.host.sync_templates()
	offered = {each["content_sid"]: each for each in site.get("templates.usable").json()["message"]}
	(_, file) = offered[DOCUMENT]["variables"]
	assert "application/pdf" in file["file"]["types"]
	answer = send(site, file=file_named(site, ".pdf")["file"])
	assert answer.status_code == 200, answer.text
	shown = answer.json()["message"]
	assert (shown["kind"], shown["media"][0]["name"]) == ("template", "Denah tipe 45.pdf")
	message = delivered(site)
	assert (message.error_code, message.media[0].name) == (0, "Denah-tipe-45.pdf")
	assert message.content_variables["1"] == "Pak Budi"


def test_a_file_of_another_kind_than_the_template_was_approved_with_is_refused(with_files):
	answer = send(with_files, PHOTO, file=file_named(with_files, ".pdf")["file"])
	assert (answer.status_code, answer.json()["exc_type"]) == (417, "InvalidMessage")
	assert send(with_files, PHOTO, file=file_named(with_files, ".png")["file"]).status_code == 200


def test_the_same_key_with_another_file_is_refused(with_files):
	one, other = (file_named(with_files, ending)["file"] for ending in (".pdf", ".png"))
	key = {"client_key": "key-1"}
	first = send(with_files, PHOTO, file=other, **key)
	assert send(with_files, PHOTO, file=other, **key).json() == first.json()
	assert send(with_files, PHOTO, file=one, **key).status_code == 417
	assert send(with_files, PHOTO, **key).status_code == 417


def test_one_that_failed_is_sent_again_with_its_file(with_files):
	site = with_files
	site.sim.faults.change({"fail_next": 1, "fail_code": 63012})
	send(site, file=file_named(site, ".pdf")["file"])
	site.process_all()
	failed = site.open()["messages"][-1]
	assert failed["may_send_again"]
	again = site.post("chat.send_again", message=failed["name"])
	assert again.status_code == 200, again.text
	site.process_all()
	assert list(site.sim.messages.values())[-1].media[0].name == "Denah-tipe-45.pdf"


def test_where_the_file_is_at_another_site_no_file_of_ours_is_taken(with_files):
	site, brochure = with_files, "HX" + f"{4:032x}"
	offered = {each["content_sid"]: each for each in site.get("templates.usable").json()["message"]}
	assert offered[brochure]["variables"][1]["address"] == "https://files.example.com/"
	answer = send(site, brochure, file=file_named(site, ".pdf")["file"])
	assert answer.status_code == 417
	assert "https://files.example.com/" in answer.text


def test_carousels_are_listed_with_their_problem_and_passcodes_are_not(with_files):
	offered = {each["friendly_name"]: each for each in with_files.get("templates.usable").json()["message"]}
	assert "Carousels" in offered["pilihan_rumah"]["problem"]
	assert offered["jadwalkan_kunjungan"]["buttons"] == ["Pilih waktu"]
	assert "kode_masuk" not in offered
	for number in (11, 12):
		assert send(with_files, "HX" + f"{number:032x}").status_code == 409


def test_a_printed_document_is_sent_under_its_name(site):
	site.written()
	choices = site.get("documents.printable").json()["message"]
	quotation = choices["documents"][0]
	chosen = {"doctype": quotation["doctype"], "name": quotation["name"], "print_format": "Standard"}
	made = site.post("documents.pdf", **chosen, language="en").json()["message"]
	assert made["name"] == "Quotation SAL-QTN-2026-00012.pdf"
	answer = site.post("chat.reply", file=made["file"], body="Penawaran kami")
	assert answer.json()["message"]["media"][0]["name"] == made["name"]
	site.process_all()
	message = list(site.sim.messages.values())[-1]
	assert (message.error_code, message.media[0].name) == (0, "QTN-2026-00012.pdf")
	assert message.media[0].data.startswith(b"%PDF")


def test_what_is_not_offered_is_not_printed(site):
	site.written()
	chosen = {"doctype": "Quotation", "name": "SAL-QTN-2026-00099", "print_format": "Standard"}
	assert site.post("documents.pdf", **chosen, language="en").status_code == 403
