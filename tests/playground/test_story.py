"""The steps of the playground's story: done by the messages that were exchanged."""

import pytest

from playground.host.story import HOUR_MS, STEPS, steps_done
from wa_window.chat.message import INBOUND, OUTBOUND, RECORD, Message

BEGAN_MS = 1_795_400_000_000
ANSWERED_MS = BEGAN_MS + 1000


def message(direction: str, at_ms: int, kind: str = "text", status: str = "delivered") -> Message:
	return Message("chat", direction, kind, "Halo", at_ms, RECORD, status)


WRITTEN = message(INBOUND, BEGAN_MS)
ANSWER = message(OUTBOUND, ANSWERED_MS)


@pytest.mark.parametrize(
	("messages", "hours", "done"),
	[
		([], 30, 0),
		([ANSWER], 30, 0),
		([WRITTEN], 30, 1),
		([WRITTEN, message(OUTBOUND, ANSWERED_MS, status="failed")], 30, 1),
		([WRITTEN, message(OUTBOUND, ANSWERED_MS, "template")], 30, 1),
		([ANSWER, WRITTEN], 22, 2),
		([WRITTEN, ANSWER, message(OUTBOUND, ANSWERED_MS + HOUR_MS, "template")], 22, 2),
		([WRITTEN, ANSWER, message(OUTBOUND, ANSWERED_MS + HOUR_MS, "template")], 23, 3),
		([WRITTEN, ANSWER, message(OUTBOUND, ANSWERED_MS + 23 * HOUR_MS, "template")], 24, 4),
	],
)
def test_a_step_is_done_only_after_the_one_before(messages, hours, done):
	assert steps_done(messages, ANSWERED_MS + hours * HOUR_MS) == list(STEPS[:done])
