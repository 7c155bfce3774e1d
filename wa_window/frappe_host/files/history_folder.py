"""The folder of an imported chat history: only files below it are read."""

from pathlib import Path

from ...chat.import_rows import RowError


class HistoryFolder:
	"""`largest`: of a file, in bytes. `sites`: the bench's folder of sites, whose files are theirs, also where a history lies above it."""

	def __init__(self, folder: Path, largest: int, sites: Path):
		self.folder, self.largest, self.sites = folder.resolve(), largest, sites.resolve()

	def check(self, path: str) -> None:
		self._found(path)

	def read(self, path: str) -> bytes:
		return self._found(path).read_bytes()

	def _found(self, path: str) -> Path:
		"""A link may lead out of the folder: what counts is where it ends."""
		try:
			found = (self.folder / path).resolve(strict=True)
			size = found.stat().st_size
		except (OSError, ValueError, RuntimeError):
			raise RowError("The file of media is not there.") from None
		if not found.is_relative_to(self.folder):
			raise RowError("The file of media is not below the folder of the imported file.")
		if found.is_relative_to(self.sites):
			raise RowError("The file of media belongs to a site: put the history into a folder of its own.")
		if not found.is_file():
			raise RowError("media is not a file.")
		if size > self.largest:
			raise RowError("The file of media is larger than Settings allow.")
		return found
