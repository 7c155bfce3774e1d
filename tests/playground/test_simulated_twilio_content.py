"""The Content API: templates, approvals, paging."""

import pytest
import requests


@pytest.fixture
def get(running, sim):
	def got(path, **params):
		auth = (sim.account.sid, sim.account.auth_token)
		return requests.get(f"{running.url}/v1/{path}", params=params, auth=auth, timeout=5).json()

	return got


def test_all_templates_come_with_their_approvals_over_several_pages(client):
	contents = client.content.v1.content_and_approvals.list(page_size=3)
	assert len(contents) == len({content.sid for content in contents}) == 13
	statuses = {content.approval_requests["status"] for content in contents}
	assert statuses == {"approved", "pending", "rejected", "unsubmitted"}
	rejected = next(c for c in contents if c.approval_requests["status"] == "rejected")
	assert rejected.approval_requests["rejection_reason"]


def test_the_approval_is_flat_in_the_list_and_nested_under_whatsapp_by_itself(client, get):
	first = get("ContentAndApprovals")["contents"][0]
	assert set(first["approval_requests"]) == {
		"name",
		"category",
		"content_type",
		"status",
		"rejection_reason",
		"allow_category_change",
	}
	assert "url" not in first
	assert "links" not in first
	alone = client.content.v1.contents(first["sid"]).approval_fetch().fetch()
	assert alone.whatsapp == {"type": "whatsapp", **first["approval_requests"]}


def test_next_page_is_an_absolute_address_at_twilio(get):
	meta = get("Content", PageSize=4)["meta"]
	assert meta["key"] == "contents"
	assert meta["page_size"] == 4
	assert meta["previous_page_url"] is None
	assert meta["next_page_url"].startswith(
		"https://content.twilio.com/v1/Content?PageSize=4&Page=1&PageToken="
	)
	assert get("Content", PageSize=500)["meta"]["next_page_url"] is None


def test_the_same_name_exists_in_two_languages(client):
	named = [c for c in client.content.v1.contents.list() if c.friendly_name == "tindak_lanjut"]
	assert {content.language for content in named} == {"id", "en"}
	assert len({content.sid for content in named}) == 2


def test_variables_carry_their_samples_and_may_have_names(client):
	contents = {content.friendly_name: content for content in client.content.v1.content_and_approvals.list()}
	assert contents["pengingat_janji"].variables == {"name": "Siti", "date": "5 Desember", "time": "10.00"}
	assert "{{date}}" in contents["pengingat_janji"].types["twilio/text"]["body"]
	assert set(contents["brosur"].types) == {"twilio/media", "twilio/text"}


def test_one_template_can_be_fetched(client):
	sid = client.content.v1.contents.list(limit=1)[0].sid
	content = client.content.v1.contents(sid).fetch()
	assert content.url == f"https://content.twilio.com/v1/Content/{sid}"
	assert content.date_created is not None
