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


# New templates

WRITTEN = {
	"friendly_name": "order_update",
	"language": "en",
	"variables": {"1": "Budi"},
	"types": {"twilio/text": {"body": "Hi {{1}}, how are you?"}},
}
VISIT = {"type": "URL", "title": "Visit", "url": "https://example.com/{{1}}"}


@pytest.fixture
def send(running, sim):
	def sent(path, given=None, method="POST"):
		auth = (sim.account.sid, sim.account.auth_token)
		return requests.request(method, f"{running.url}/v1/{path}", json=given, auth=auth, timeout=5)

	return sent


def test_a_new_template_is_listed_without_an_approval_until_it_is_submitted_and_decided(client, sim, send):
	created = send("Content", WRITTEN)
	assert created.status_code == 201
	sid = created.json()["sid"]
	assert {**created.json(), **WRITTEN} == created.json()
	assert client.content.v1.contents(sid).fetch().types == WRITTEN["types"]
	assert client.content.v1.contents(sid).approval_fetch().fetch().whatsapp["status"] == "unsubmitted"
	answer = send(f"Content/{sid}/ApprovalRequests/whatsapp", {"name": "order_update", "category": "UTILITY"})
	assert answer.status_code == 201
	assert answer.json() == {
		"name": "order_update",
		"category": "UTILITY",
		"content_type": "twilio/text",
		"status": "received",
		"rejection_reason": "",
		"allow_category_change": True,
	}
	sim.contents[sid].approval_status = "approved"
	assert client.content.v1.contents(sid).approval_fetch().fetch().whatsapp["status"] == "approved"


def test_a_deleted_template_is_gone(client, send):
	sid = send("Content", WRITTEN).json()["sid"]
	assert client.content.v1.contents(sid).delete()
	assert send(f"Content/{sid}", method="DELETE").status_code == 404
	assert sid not in {content.sid for content in client.content.v1.contents.list()}


@pytest.mark.parametrize(
	"wrong",
	[
		{"language": None},
		{"types": {}},
		{"colour": "red"},
		{"variables": {"1": 5}},
		{"types": {"twilio/text": {}}},
		{"types": {"twilio/text": {"body": "x", "footer": "y"}}},
		{"types": {"twilio/quick-reply": {"body": "x", "actions": []}}},
		{"types": {"twilio/quick-reply": {"body": "x", "actions": [{"title": "x" * 21}]}}},
		{"types": {"twilio/quick-reply": {"body": "x", "actions": [VISIT]}}},
		{"types": {"twilio/call-to-action": {"body": "x", "actions": [{**VISIT, "phone": "+62"}]}}},
	],
)
def test_a_template_with_wrong_fields_is_refused(send, sim, wrong):
	before = set(sim.contents)
	given = {key: value for key, value in (WRITTEN | wrong).items() if value is not None}
	assert send("Content", given).status_code == 400
	assert set(sim.contents) == before


def test_an_approval_request_needs_a_name_and_a_category_and_is_made_once(send):
	sid = send("Content", WRITTEN).json()["sid"]
	path, good = f"Content/{sid}/ApprovalRequests/whatsapp", {"name": "order_update", "category": "UTILITY"}
	for wrong in ({"name": "Order Update"}, {"category": "SPAM"}, {"colour": "red"}):
		assert send(path, good | wrong).status_code == 400
	assert send(path, good).status_code == 201
	assert send(path, good).status_code == 400


def test_an_answer_is_lost_before_or_after_a_template_is_created(send, sim):
	before = len(sim.contents)
	sim.faults.cut_before_accept = 1
	with pytest.raises(requests.ConnectionError):
		send("Content", WRITTEN)
	assert len(sim.contents) == before
	sim.faults.cut_after_accept = 1
	with pytest.raises(requests.ConnectionError):
		send("Content", WRITTEN)
	assert len(sim.contents) == before + 1
