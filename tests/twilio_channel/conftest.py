import pytest


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
	"""GET requests are retried without a pause."""
	monkeypatch.setattr("urllib3.util.retry.time.sleep", lambda seconds: None)
