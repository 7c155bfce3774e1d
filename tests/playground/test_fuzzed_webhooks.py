"""Fuzzed webhooks: no answer is 5xx, and without a valid signature nothing is stored."""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from playground.host import EmbeddedHost, Settings, SqliteStore, create_app
from tests.twilio_channel import forms
from wa_window.chat.message import Sender
from wa_window.tests.mutations import mutated, signature_of

URL = "https://crm.example.com"
TOKEN = "0123456789abcdef" * 2
FORM_TYPE = "application/x-www-form-urlencoded"
ENDPOINTS = {
	"inbound": [value for name, value in vars(forms).items() if name.isupper() and isinstance(value, dict)],
	"status": [forms.status(word) for word in ("sent", "delivered", "failed", "nonsense")],
}
FUZZED = settings(
	max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def host(tmp_path):
	sender = Sender(forms.SALES, "Sales")
	setup = Settings(URL, account_sid="AC" + "5" * 32, auth_token=TOKEN, senders=(sender,))
	return EmbeddedHost(SqliteStore(tmp_path / "fuzz.db"), lambda: 1_795_400_000_000, setup)


def post(host, endpoint: str, body, *, query: str = "", signature: str = "", content_type: str = FORM_TYPE):
	path = f"/api/method/wa_window.api.webhook.{endpoint}{query}"
	if not signature and isinstance(body, str):
		signature = signature_of(URL + path, body, TOKEN)
	headers = {"X-Twilio-Signature": signature}
	return Client(create_app(host)).post(path, data=body, content_type=content_type, headers=headers)


def stored(host) -> int:
	return len(host.store._messages("1 = 1", ()))


@FUZZED
@given(st.sampled_from(sorted(ENDPOINTS)), st.integers(0, 100), st.integers())
def test_mutated_forms_with_a_good_signature_are_taken_or_refused_with_a_sentence(
	host, endpoint, which, seed
):
	whole = ENDPOINTS[endpoint]
	answer = post(host, endpoint, mutated(whole[which % len(whole)], Random(seed)))
	assert answer.status_code in (200, 400), answer.text


@FUZZED
@given(st.sampled_from(sorted(ENDPOINTS)), st.integers(0, 100), st.integers(), st.text(max_size=40))
def test_without_a_good_signature_nothing_is_stored(host, endpoint, which, seed, signature):
	whole = ENDPOINTS[endpoint]
	signature = signature.encode("ascii", "ignore").decode().replace("\n", "").replace("\r", "") or "x"
	before = stored(host)
	answer = post(host, endpoint, mutated(whole[which % len(whole)], Random(seed)), signature=signature)
	assert (answer.status_code, stored(host)) == (403, before)


@FUZZED
@given(st.binary(max_size=500), st.sampled_from([FORM_TYPE, "application/json", "multipart/form-data", ""]))
def test_bytes_of_any_kind_are_refused(host, body, content_type):
	answer = post(host, "inbound", body, signature="x", content_type=content_type)
	assert (answer.status_code, stored(host)) == (403, 0)


@pytest.mark.parametrize(
	"query", ["?message=" + "x" * 5000, "?message=%00", "?message=a&message=b", "?cmd=frappe.ping"]
)
def test_a_status_for_a_message_nobody_knows_changes_nothing(host, query):
	assert (
		post(host, "status", "MessageSid=SM" + "a" * 32 + "&MessageStatus=sent", query=query).status_code
		== 200
	)


def test_a_body_of_many_megabytes_is_refused(host):
	assert post(host, "inbound", "Body=" + "x" * 30_000_000, signature="x").status_code in (403, 413)
