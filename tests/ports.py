"""Free ports for servers that cannot choose one themselves."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


def beginning_with(wanted: int) -> int:
	"""The first of two free ports in a row: `wanted` if it is free."""
	try:
		with _held(wanted), _held(wanted + 1):
			return wanted
	except OSError:
		with two_ports() as (first, _):
			return port_of(first)


@contextmanager
def two_ports() -> Iterator[tuple[socket.socket, socket.socket]]:
	"""Two ports in a row, reserved until the end. A server may listen on them meanwhile, since Linux lets sockets with
	SO_REUSEADDR share a port as long as only one of them listens."""
	while True:
		with _held(0) as first:
			try:
				second = _held(port_of(first) + 1)
			except (OSError, OverflowError):
				continue
			with second:
				yield first, second
			return


def port_of(held: socket.socket) -> int:
	return held.getsockname()[1]


def _held(port: int) -> socket.socket:
	held = socket.socket()
	try:
		held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
		held.bind(("127.0.0.1", port))
	except BaseException:
		held.close()
		raise
	return held
