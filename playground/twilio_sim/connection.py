"""Faults that need the socket, which werkzeug's server provides: no answer, a cut connection."""

import socket

GIVES_UP_AFTER_SECONDS = 60


def wait_for_hangup(environ: dict) -> None:
	"""Send nothing until the caller closes the connection."""
	caller = environ["werkzeug.socket"]
	caller.settimeout(GIVES_UP_AFTER_SECONDS)
	try:
		caller.recv(1, socket.MSG_PEEK)
	except OSError:
		return


def cut(environ: dict) -> None:
	"""Cut the connection without an answer."""
	environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
