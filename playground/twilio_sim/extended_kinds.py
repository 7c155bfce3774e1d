"""Messages whose parameters say more than their text: from an ad or a post, forwarded, the answers of a form, an order; and those from
whose customer something else is to be seen: cards of other phones, a new number.

Sources: https://www.twilio.com/docs/messaging/guides/webhook-request; the form's JSON is Meta's:
https://developers.facebook.com/documentation/business-messaging/whatsapp/flows/guides/receiveflowresponse. That Twilio puts it into
InteractiveData or FlowData, or both, is not documented, nor how it passes an order on.
"""

import json

from .samples import Upload, png

# The ad's picture, which Meta has at one of its own hosts: the simulator has it at the same path.
AD_PICTURE_PATH = "/v/t45.1600-4/melati.png"
AD_PICTURE = Upload("melati.png", "image/png", png(400, 210))
AD = {
	"ReferralHeadline": "Cluster Melati, mulai 500 juta",
	"ReferralBody": "Rumah dua kamar dekat stasiun. Chat kami untuk jadwal kunjungan.",
	"ReferralSourceType": "ad",
	"ReferralSourceId": "120210000000000001",
	"ReferralSourceUrl": "https://fb.me/1Melati",
	"ReferralMediaId": "870000000000001",
	"ReferralNumMedia": "1",
	"ReferralMediaContentType": AD_PICTURE.content_type,
	"ReferralMediaUrl": f"https://scontent.xx.fbcdn.net{AD_PICTURE_PATH}?oh=00_AfBa&oe=6969F3C1",
	"ReferralCtwaClid": "ARAkLkA8rmlFeiCktEJQ-QTwRiyYHAFDLMNDBH0CD3qpjd0HR4irJ6LEkR7JwLF4",
}
POST = {
	**{name: value for name, value in AD.items() if name != "ReferralCtwaClid"},
	"ReferralSourceType": "post",
	"ReferralSourceId": "980000000000001",
	"ReferralSourceUrl": "https://fb.me/2Melati",
}
FORM = {
	"flow_token": "unused",
	"screen_0_Nama_Lengkap_0": "Budi Santoso",
	"screen_0_Tipe_Rumah_1": ["45", "70"],
	"screen_1_Tanggal_Kunjungan_0": "2026-12-05",
}
FLOW = {"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": json.dumps(FORM)}}
ORDER = {
	"catalog_id": "900000000000001",
	"product_items": [{"product_retailer_id": "MELATI-45", "quantity": 1}],
}

# The customer has another number, and WhatsApp's id for them is the same.
NEW_NUMBER = "new_number"

KINDS = {
	"ad": ("text", "Halo, saya tertarik dengan iklan ini", AD),
	"post": ("text", "Halo, saya lihat postingan ini", POST),
	"forwarded": ("text", "Ini brosurnya", {"Forwarded": "true"}),
	"forwarded_often": ("text", "Rumah dijual cepat!", {"Forwarded": "true", "FrequentlyForwarded": "true"}),
	"contact_versions": ("contact", "", {}),
	NEW_NUMBER: ("text", "Halo, ini nomor baru saya", {}),
	"form": (
		"text",
		"",
		{"MessageType": "interactive", "InteractiveData": json.dumps(FLOW), "FlowData": json.dumps(FORM)},
	),
	"form_in_interactive_data": (
		"text",
		"",
		{"MessageType": "interactive", "InteractiveData": json.dumps(FLOW)},
	),
	"form_in_flow_data": ("text", "", {"MessageType": "interactive", "FlowData": json.dumps(FORM)}),
	"order": ("unsupported", "", {"MessageType": "order", "OrderData": json.dumps(ORDER)}),
}


def extended(kind: str, body: str) -> tuple[str, str, dict[str, str]]:
	"""The plain kind, the text and the further parameters of a message of this kind."""
	plain, sample, fields = KINDS.get(kind, (kind, body, {}))
	return plain, body or sample, dict(fields)
