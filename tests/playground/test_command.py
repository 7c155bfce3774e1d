"""`python -m playground`, as `make demo` runs it."""

import signal
import socket
import subprocess
import sys


def free_port() -> int:
	for port in range(8800, 8900, 2):
		if all(_free(wanted) for wanted in (port, port + 1)):
			return port
	raise AssertionError("no free port")


def _free(port: int) -> bool:
	with socket.socket() as trial:
		return trial.connect_ex(("127.0.0.1", port)) != 0


def command(port: int) -> list[str]:
	return [sys.executable, "-m", "playground", "--port", str(port)]


def test_it_prints_the_addresses_and_ends_with_ctrl_c(heed_ctrl_c):
	port = free_port()
	pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
	running = subprocess.Popen(command(port), **pipes, text=True, preexec_fn=heed_ctrl_c)
	printed = [running.stdout.readline() for _ in range(4)]
	running.send_signal(signal.SIGINT)
	_, errors = running.communicate(timeout=20)
	assert f"http://127.0.0.1:{port}/" in printed[1]
	assert f"http://127.0.0.1:{port + 1}/" in printed[2]
	assert (running.returncode, errors) == (0, "")


def test_a_port_in_use_is_one_clear_sentence():
	port = free_port()
	for used in (port, port + 1):
		with socket.socket() as other:
			other.bind(("127.0.0.1", used))
			other.listen()
			done = subprocess.run(command(port), capture_output=True, text=True, timeout=30)
		assert done.returncode == 1
		(sentence,) = done.stderr.splitlines()
		assert sentence.startswith(f"Port {used} cannot be used")
