"""Profile prepared webhook requests through the site's WSGI application: `profiled.py SITE REQUESTS OUTPUT`."""

import cProfile
import io
import json
import os
import pstats
import sys
from pathlib import Path

PARTS = {
	"signature": ("signature.py", "is_genuine"),
	"settings": ("settings.py", "settings"),
	"reading the form": ("webhook.py", "inbound_message"),
	"storing (with the database)": ("inbound.py", "receive"),
	"statements": ("database.py", "sql"),
	"telling others (Redis)": ("events.py", ("message_received", "conversation_changed")),
	"Frappe before and after": ("app.py", ("init_request", "after_request", "sync_database", "log_request")),
	"whole request": ("wsgi.py", "application"),
}


def main(site: str, file: str, output: str) -> None:
	os.environ["WA_WINDOW_SITE"] = site
	sys.path.insert(0, str(Path(__file__).parents[1]))
	from on_site.wsgi import application
	from werkzeug.test import Client

	client = Client(application)
	requests = [_parsed(text) for text in json.loads(Path(file).read_text())]
	for url, headers, body in requests[:50]:
		assert client.post(url, headers=headers, data=body).status_code == 200
	profile = cProfile.Profile()
	for url, headers, body in requests[50:]:
		profile.enable()
		client.post(url, headers=headers, data=body)
		profile.disable()
	text = io.StringIO()
	stats = pstats.Stats(profile, stream=text)
	stats.sort_stats("cumulative").print_stats(140)
	Path(output).parent.mkdir(exist_ok=True)
	Path(output).write_text(_without_paths(text.getvalue()))
	count = len(requests) - 50
	print(
		json.dumps({part: round(_seconds(stats, *where) * 1000 / count, 2) for part, where in PARTS.items()})
	)


def _seconds(stats: pstats.Stats, file: str, functions) -> float:
	functions = (functions,) if isinstance(functions, str) else functions
	return sum(
		cumulative
		for (path, _line, name), (_calls, _primitive, _own, cumulative, _callers) in stats.stats.items()
		if path.endswith(f"/{file}") and name in functions
	)


def _parsed(text: str) -> tuple[str, dict, str]:
	head, body = text.split("\r\n\r\n", 1)
	first, *lines = head.split("\r\n")
	headers = dict(line.split(": ", 1) for line in lines)
	return f"http://{headers['Host']}{first.split(' ')[1]}", headers, body


def _without_paths(text: str) -> str:
	for folder in (os.path.expanduser("~"), str(Path(__file__).parents[2])):
		text = text.replace(folder, "")
	return text.rstrip() + "\n"


if __name__ == "__main__":
	main(*sys.argv[1:])
