import pytest


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
	"""Reading is repeated at once."""
	monkeypatch.setattr("urllib3.util.retry.time.sleep", lambda seconds: None)
