"""Nothing depends on Redis for being kept: pending work is rows, and this enqueues the jobs for it."""

from ...chat import dispatch
from ..clock import SystemClock
from ..events import DISPATCH, FETCH, POST_PROCESS, SHARDS_BEGIN, enqueue_once
from ..store.store import FrappeStore
from ..time_limit import alarm_passes
from . import work_states
from .post_processing import pending


@alarm_passes()
def sweep() -> None:
	"""Scheduler: enqueue jobs for pending rows, such as after a crash or while Redis was down."""
	now_ms = SystemClock().now_ms()
	store = FrappeStore()
	has_claims = store.claimed_outside(*dispatch.live_claims(now_ms), 1)
	if store.due(now_ms, 1) or has_claims or store.sending_batches():
		enqueue_once(DISPATCH)
	for shard in range(len(SHARDS_BEGIN)):
		if pending(shard):
			enqueue_once(POST_PROCESS, shard=shard)
	if store.media_due(now_ms, 1):
		enqueue_once(FETCH)
	work_states.finish()
