"""The ports for customers' files: fetching them from the provider, storing them on this host."""

from dataclasses import dataclass
from typing import Protocol

from ..message import Message


class FetchFailed(Exception):
	"""The file could not be fetched; it may be tried again."""


class FetchRedirected(Exception):
	"""The provider redirects to a host that is not allowed; an administrator has to change that at the provider."""


class FetchRejected(Exception):
	"""The file is not accepted: for its size, its type, or because its URL is not one of the account's media."""


@dataclass(frozen=True)
class FetchedFile:
	"""A file from the provider: media type and bytes."""

	type: str
	content: bytes


class Fetcher(Protocol):
	"""Fetches customers' files from the provider."""

	def fetch(self, url: str, largest: int) -> FetchedFile:
		"""A customer's file of at most `largest` bytes. Raises FetchFailed, FetchRedirected or FetchRejected."""


@dataclass(frozen=True)
class StoredFile:
	"""A file on this host: URL, media type for display, size in bytes."""

	file: str
	type: str
	size: int


class Files(Protocol):
	"""The file storage of this host."""

	def write(self, file_name: str, fetched: FetchedFile) -> StoredFile:
		"""Write a file that belongs to no message yet, outside of any transaction. Raises FetchRejected."""

	def assign(self, message: Message, file_name: str, kept: StoredFile) -> None:
		"""Attach the file to this message; inside the transaction."""

	def discard(self, kept: StoredFile) -> None:
		"""Delete a file that was written but not assigned."""

	def log_failure(self, message: Message) -> None:
		"""Log the exception that is being handled, for the host's administrator."""
