"""`python -m playground`, as `make demo` runs it."""

import signal
import subprocess
import sys

import pytest

from tests.ports import port_of, two_ports


@pytest.fixture
def held():
	with two_ports() as ports:
		yield ports


def command(port: int) -> list[str]:
	return [sys.executable, "-m", "playground", "--port", str(port)]


def test_it_prints_the_addresses_and_ends_with_ctrl_c(heed_ctrl_c, held):
	port = port_of(held[0])
	pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
	running = subprocess.Popen(command(port), **pipes, text=True, preexec_fn=heed_ctrl_c)  # noqa: PLW1509 - no threads yet
	printed = [running.stdout.readline() for _ in range(4)]
	running.send_signal(signal.SIGINT)
	_, errors = running.communicate(timeout=20)
	assert f"http://127.0.0.1:{port}/" in printed[1]
	assert f"http://127.0.0.1:{port + 1}/" in printed[2]
	assert (running.returncode, errors) == (0, "")


@pytest.mark.parametrize("used", [0, 1])
def test_a_port_in_use_is_one_clear_sentence(held, used):
	held[used].listen()
	done = subprocess.run(command(port_of(held[0])), capture_output=True, text=True, timeout=30, check=False)
	assert done.returncode == 1
	(sentence,) = done.stderr.splitlines()
	assert sentence.startswith(f"Port {port_of(held[used])} cannot be used")
