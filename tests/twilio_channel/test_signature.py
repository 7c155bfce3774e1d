import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from wa_window.twilio_channel.signature import candidate_urls, is_genuine

from . import forms

TOKEN, NEXT = "the-primary-token", "the-next-token"
URL = "https://crm.example.com/api/method/wa_window.api.webhook.status?message=abc"


def sign(form, token=TOKEN, url=URL):
	return RequestValidator(token).compute_signature(url, form)


def test_twilios_documented_example_is_genuine():
	"""https://www.twilio.com/docs/usage/security#validating-requests"""
	url = "https://example.com/myapp.php?foo=1&bar=2"
	form = {
		"Digits": "1234",
		"To": "+18005551212",
		"From": "+14158675310",
		"Caller": "+14158675310",
		"CallSid": "CA1234567890ABCDE",
	}
	assert is_genuine(form, "L/OH5YylLD5NRKLltdqwSvS0BnU=", [url], ["12345"])


def test_both_tokens_are_accepted_while_one_is_promoted():
	form = MultiDict(forms.TEXT)
	for token in (TOKEN, NEXT):
		assert is_genuine(form, sign(form, token), [URL], [TOKEN, NEXT])
	assert not is_genuine(form, sign(form, "another account's"), [URL], [TOKEN, NEXT])


@pytest.mark.parametrize("signature", [None, "", "garbage", "é", "L/OH5YylLD5NRKLltdqwSvS0BnU="])
def test_a_missing_or_wrong_header_is_refused(signature):
	assert not is_genuine(forms.TEXT, signature, [URL], [TOKEN])


def test_without_a_token_configured_nothing_is_genuine():
	assert not is_genuine(forms.TEXT, sign(forms.TEXT, ""), [URL], [])
	assert not is_genuine(forms.TEXT, sign(forms.TEXT, ""), [URL], [""])


def test_unknown_extra_and_repeated_parameters_verify():
	form = MultiDict([*forms.FORWARDED_AD.items(), ("NewIn2027", "x"), ("NewIn2027", "y")])
	assert is_genuine(form, sign(form), [URL], [TOKEN])


def test_a_changed_parameter_does_not():
	assert not is_genuine(forms.TEXT | {"Body": "changed"}, sign(forms.TEXT), [URL], [TOKEN])


def test_https_rebuilt_behind_a_proxy_verifies():
	urls = candidate_urls(
		"https://other.example.com",
		"/hook?message=abc",
		"http://127.0.0.1:8000/hook?message=abc",
		{
			"X-Forwarded-Proto": "https",
			"X-Forwarded-Host": "crm.example.com, inner",
			"Host": "127.0.0.1:8000",
		},
	)
	assert is_genuine(
		forms.TEXT, sign(forms.TEXT, url="https://crm.example.com/hook?message=abc"), urls, [TOKEN]
	)


def test_the_urls_that_may_have_been_signed_are_these_and_no_others():
	headers = {
		"X-Forwarded-Proto": "http, https",
		"X-Forwarded-Host": "crm.example.com, inner",
		"Host": "web:80",
	}
	assert candidate_urls("https://public.example.com/", "/hook?a=1", "https://web:80/hook?a=1", headers) == [
		"https://public.example.com/hook?a=1",
		"http://crm.example.com/hook?a=1",
		"https://crm.example.com/hook?a=1",
		"http://web:80/hook?a=1",
		"https://web:80/hook?a=1",
	]
	assert candidate_urls("https://public.example.com", "/hook", "http://web/hook", {"Host": "web"}) == [
		"https://public.example.com/hook",
		"https://web/hook",
		"http://web/hook",
	]
	strange = {"X-Forwarded-Proto": "ftp", "Host": "web"}
	assert "ftp://web/hook" not in candidate_urls("https://a", "/hook", "http://web/hook", strange)


def test_the_public_url_comes_first_with_or_without_a_slash_at_its_end():
	for public_url in ("https://crm.example.com", "https://crm.example.com/"):
		urls = candidate_urls(public_url, "/hook", "http://localhost/hook", {})
		assert urls[0] == "https://crm.example.com/hook"
		assert len(urls) == len(set(urls))


def test_the_default_port_in_the_signed_url_makes_no_difference():
	signed = sign(forms.TEXT, url="https://crm.example.com:443/hook")
	assert is_genuine(forms.TEXT, signed, ["https://crm.example.com/hook"], [TOKEN])


@pytest.mark.parametrize("host", ["[:]", "[1:2]", "[::::]", "a:99999", "a b"])
def test_a_garbage_host_is_no_error(host):
	urls = candidate_urls("https://crm.example.com", "/hook", "http://x/hook", {"X-Forwarded-Host": host})
	assert not is_genuine(forms.TEXT, "L/OH5YylLD5NRKLltdqwSvS0BnU=", urls, [TOKEN])


@given(st.text(), st.text(), st.text())
def test_no_header_is_an_error(host, proto, signature):
	urls = candidate_urls(
		"https://crm.example.com",
		"/hook",
		"http://x/hook",
		{"X-Forwarded-Host": host, "X-Forwarded-Proto": proto, "Host": host},
	)
	assert not is_genuine(forms.TEXT, signature, urls, [TOKEN])


@pytest.mark.parametrize("public_url", ["https://crm.example.com:99999", "https://[crm", "crm.example.com"])
def test_a_mistyped_public_url_is_no_error(public_url):
	urls = candidate_urls(public_url, "/hook", "http://x/hook", {})
	assert not is_genuine(forms.TEXT, "L/OH5YylLD5NRKLltdqwSvS0BnU=", urls, [TOKEN])
