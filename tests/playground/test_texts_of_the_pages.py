"""The playground's own pages are in Bahasa Indonesia too, by a catalogue of their own."""

from pathlib import Path

from babel.messages.extract import extract_from_file

from playground.translations import APP, HERE, PLAYGROUND, catalogue, javascript


def texts_of(*folders: str) -> set[str]:
	paths = [path for folder in folders for path in Path(HERE, folder, "static").glob("*.js")]
	found = [extract_from_file("javascript", str(path), keywords={"__": None}) for path in paths]
	messages = [entry[1] for entries in found for entry in entries]
	return {message if isinstance(message, str) else message[0] for message in messages}


def test_every_text_of_the_playgrounds_pages_is_translated_and_nothing_else():
	assert texts_of("host", "twilio_sim") == set(catalogue(PLAYGROUND, "id"))


def test_a_language_without_a_catalogue_is_english_and_no_path_is_read():
	for language in ("", "en", "fr", "../../id"):
		assert catalogue(PLAYGROUND, language) == {}
	assert "Bisa dibalas" in javascript("id", APP, PLAYGROUND)
