"""Answers that never come: the faults that need the bare connection, which werkzeug's server hands on."""

import socket

GIVES_UP_AFTER_SECONDS = 60


def wait_for_hangup(environ: dict) -> None:
	"""Stay silent until the caller gives up."""
	caller = environ["werkzeug.socket"]
	caller.settimeout(GIVES_UP_AFTER_SECONDS)
	try:
		caller.recv(1, socket.MSG_PEEK)
	except OSError:
		return


def cut(environ: dict) -> None:
	"""Cut the connection without an answer."""
	environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
