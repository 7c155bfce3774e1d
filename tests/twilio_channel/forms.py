"""Complete webhook forms as Twilio posts them, one for each kind of message."""

SALES = "whatsapp:+622150001234"
BUDI = "whatsapp:+6281234567890"


def inbound(sid: str = "SM" + "a1" * 16, **more) -> dict[str, str]:
	form = {
		"SmsMessageSid": sid,
		"NumMedia": "0",
		"ProfileName": "Budi Santoso",
		"MessageType": "text",
		"SmsSid": sid,
		"WaId": "6281234567890",
		"SmsStatus": "received",
		"Body": "Halo, apakah rumahnya masih ada?",
		"To": SALES,
		"NumSegments": "1",
		"ReferralNumMedia": "0",
		"MessageSid": sid,
		"AccountSid": "AC" + "5" * 32,
		"From": BUDI,
		"ApiVersion": "2010-04-01",
	}
	return form | more


def media(media_type: str, message_type: str, body: str = "", count: int = 1) -> dict[str, str]:
	files = {}
	for number in range(count):
		files[f"MediaContentType{number}"] = media_type
		files[f"MediaUrl{number}"] = (
			f"https://api.twilio.com/2010-04-01/Accounts/AC/Messages/MM/Media/ME{number}"
		)
	return inbound("MM" + "b2" * 16, MessageType=message_type, Body=body, NumMedia=str(count), **files)


TEXT = inbound()
IMAGE = media("image/jpeg", "image", "Ini rumahnya")
AUDIO = media("audio/ogg", "audio")
VIDEO = media("video/mp4", "video")
STICKER = media("image/webp", "sticker")
DOCUMENT = media("application/pdf", "document", "brosur-melati.pdf")
CONTACT = media("text/vcard", "contacts")
TEN_IMAGES = media("image/png", "image", "Album", count=10)
LOCATION = inbound(
	MessageType="location",
	Body="",
	Latitude="-6.2731",
	Longitude="106.7243",
	Address="Jl. Bintaro Utama 3",
	Label="Rumah contoh",
)
BUTTON = inbound(
	MessageType="button",
	Body="Jadi",
	ButtonText="Jadi",
	ButtonPayload="visit_yes",
	ButtonType="REPLY",
	OriginalRepliedMessageSid="SM" + "c3" * 16,
)
LIST_REPLY = inbound(MessageType="interactive", Body="Tipe 45", ListId="t45", ListTitle="Tipe 45")
ORDER = inbound(MessageType="order", Body="")
HIDDEN = inbound(From="whatsapp:ID.20817740099887", ExternalUserId="whatsapp:ID.20817740099887") | {
	"WaId": ""
}
WITH_USER_ID = inbound(ExternalUserId="whatsapp:ID.20817740012345")
STOP = inbound(Body="STOP", OptOutType="STOP")
FORWARDED_AD = inbound(
	Forwarded="true",
	ReferralBody="Cluster Melati",
	ReferralSourceId="1201",
	ReferralSourceType="ad",
	ReferralSourceUrl="https://fb.me/x",
	ReferralCtwaClid="ARAk",
	ChannelMetadata='{"type":"whatsapp","data":{"context":{"ProfileName":"Budi Santoso"}}}',
)


def status(word: str, **more) -> dict[str, str]:
	sid = "SM" + "d4" * 16
	form = {
		"ChannelPrefix": "whatsapp",
		"ApiVersion": "2010-04-01",
		"MessageStatus": word,
		"SmsSid": sid,
		"SmsStatus": word,
		"ChannelInstallSid": "XE" + "0" * 32,
		"To": BUDI,
		"From": SALES,
		"MessageSid": sid,
		"AccountSid": "AC" + "5" * 32,
		"ChannelToAddress": "+62812345XXXX",
	}
	return form | more
