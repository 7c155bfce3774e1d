"""Examines whom a user has chosen for a template to many, where they are too many for the call itself. Nothing is sent."""

from ...chat.batches import Batches
from ...chat.template_batch import Choice
from ..batch_host import in_the_name_of
from ..time_limit import alarm_passes


@alarm_passes()
def fill_batch(batch: str, user: str, choice: dict) -> None:
	"""Job. A draft whose job has died says so, and is prepared again by its owner."""
	with in_the_name_of(user) as host:
		Batches(host).fill(batch, Choice(**choice))
