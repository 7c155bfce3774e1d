"""Files of this site that are offered to be sent."""

from collections.abc import Iterable

from ...chat.media_types import type_of
from ...chat.message import STORED, Media

ON_THIS_SITE = ("/files/", "/private/files/")
COLUMNS = ("name", "file_name", "file_url", "file_size")


def on_this_site(rows: Iterable) -> list[Media]:
	"""The files of these rows of File with COLUMNS; without those that are only a link to another site."""
	return [
		Media(
			type=type_of(row.file_name or ""),
			size=row.file_size or 0,
			file=row.file_url,
			state=STORED,
			name=row.file_name or "",
			row=row.name,
		)
		for row in rows
		if (row.file_url or "").startswith(ON_THIS_SITE)
	]
