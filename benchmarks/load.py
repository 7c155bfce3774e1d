"""A load generator with low overhead: prepared HTTP requests over plain sockets, one connection each."""

import socket
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

TIMEOUT_S = 60


@dataclass
class Load:
	"""The result of one round: seconds, milliseconds of each request, selected headers of each answer, failures."""

	seconds: float = 0.0
	milliseconds: list[float] = field(default_factory=list)
	costs: list[tuple[int, int]] = field(default_factory=list)
	failed: list[str] = field(default_factory=list)

	@property
	def per_second(self) -> float:
		return len(self.milliseconds) / self.seconds


def request_bytes(url: str, body: bytes, headers: dict[str, str]) -> bytes:
	parts = urlsplit(url)
	path = parts.path + (f"?{parts.query}" if parts.query else "")
	lines = [
		f"POST {path} HTTP/1.1",
		f"Host: {parts.netloc}",
		"Connection: close",
		f"Content-Length: {len(body)}",
	]
	lines += [f"{name}: {value}" for name, value in headers.items()]
	return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def form_request(url: str, form: dict, headers: dict[str, str]) -> bytes:
	return request_bytes(
		url, urlencode(form).encode(), {"Content-Type": "application/x-www-form-urlencoded", **headers}
	)


def run(address: tuple[str, int], requests: list[bytes], clients: int) -> Load:
	"""Send all requests with this number of concurrent clients; every answer must be a 2xx."""
	load, waiting, lock = Load(), iter(requests), threading.Lock()

	def next_request() -> bytes | None:
		with lock:
			return next(waiting, None)

	def client() -> None:
		while (sent := next_request()) is not None:
			_one(address, sent, load)

	threads = [threading.Thread(target=client) for _ in range(clients)]
	began = time.perf_counter()
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join()
	load.seconds = time.perf_counter() - began
	return load


def _one(address: tuple[str, int], sent: bytes, load: Load) -> None:
	began = time.perf_counter()
	answer = _exchange(address, sent)
	load.milliseconds.append((time.perf_counter() - began) * 1000)
	head = answer.split(b"\r\n\r\n", 1)[0].decode("latin-1")
	if not head.split(" ")[1].startswith("2"):
		load.failed.append(answer.decode("utf-8", "replace")[:500])
	named = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
	load.costs.append((int(named.get("x-queries", 0)), int(named.get("x-cpu-us", 0))))


def _exchange(address: tuple[str, int], sent: bytes) -> bytes:
	with socket.create_connection(address, TIMEOUT_S) as connection:
		connection.sendall(sent)
		parts = []
		while part := connection.recv(65536):
			parts.append(part)
	return b"".join(parts)
