"""The forms that Twilio posts: an inbound message and a delivery status, parameter by parameter.

Sources: https://www.twilio.com/docs/messaging/guides/webhook-request for the documented parameters; captures of real
requests for the rest (MessageType, SmsStatus, ApiVersion, ReferralNumMedia, ExternalUserId, ParentExternalUserId, Channel…).
"""

import json

from .records import CHANNEL, Customer, Message

API_VERSION = "2010-04-01"
CHANNEL_INSTALL_SID = "XE" + "5" * 32

MESSAGE_TYPES = {"contact": "contacts", "unsupported": "order"}


def inbound_form(
	account_sid: str, message: Message, customer: Customer, profile_name: str, media_urls
) -> dict:
	"""The form of an inbound message. There is no timestamp in it."""
	form = {
		"SmsMessageSid": message.sid,
		"NumMedia": str(len(message.media)),
		"ProfileName": profile_name,
		"MessageType": MESSAGE_TYPES.get(message.kind, message.kind),
		"SmsSid": message.sid,
		"SmsStatus": "received",
		"Body": message.body,
		"To": message.to,
		"NumSegments": "1",
		"ReferralNumMedia": "0",
		"MessageSid": message.sid,
		"AccountSid": account_sid,
		"From": message.from_,
		"ApiVersion": API_VERSION,
	}
	form.update(_identity(message, customer, profile_name))
	if message.messaging_service_sid:
		form["MessagingServiceSid"] = message.messaging_service_sid
	for number, (media, url) in enumerate(zip(message.media, media_urls, strict=True)):
		form[f"MediaContentType{number}"] = media.content_type
		form[f"MediaUrl{number}"] = url
	form.update(message.location)
	return form


def _identity(message: Message, customer: Customer, profile_name: str) -> dict:
	"""Who writes. A customer who hides the number has no WaId: the address is their user id."""
	identity = {}
	context = {"ProfileName": profile_name}
	if customer.user_id:
		identity["ExternalUserId"] = CHANNEL + customer.user_id
	if customer.parent_user_id:
		identity["ParentExternalUserId"] = CHANNEL + customer.parent_user_id
	if message.from_ == CHANNEL + customer.phone:
		identity["WaId"] = context["WaId"] = customer.phone.removeprefix("+")
	identity["ChannelMetadata"] = json.dumps({"type": "whatsapp", "data": {"context": context}})
	return identity


def button_fields(button: dict, approved_template: bool) -> dict:
	"""What a tap adds: a template's button is a `button`, a session message's an `interactive`, a list item has a ListId."""
	fields = {"MessageType": "button" if approved_template else "interactive"}
	if button["type"] == "LIST":
		return {**fields, "ListId": button["id"], "ListTitle": button["title"]}
	return {**fields, "ButtonText": button["title"], "ButtonPayload": button["id"], "ButtonType": "REPLY"}


def reply_fields(original: Message) -> dict:
	"""What a reply to an earlier message of the pair adds."""
	return {"OriginalRepliedMessageSid": original.sid, "OriginalRepliedMessageSender": original.from_}


def status_form(account_sid: str, message: Message, customer: Customer) -> dict:
	"""The form of a delivery status, as it is now. There is no timestamp in it, and EventType may be absent."""
	form = {
		"ChannelPrefix": "whatsapp",
		"ApiVersion": API_VERSION,
		"MessageStatus": message.status,
		"SmsSid": message.sid,
		"SmsStatus": message.status,
		"ChannelInstallSid": CHANNEL_INSTALL_SID,
		"To": message.to,
		"From": message.from_,
		"MessageSid": message.sid,
		"AccountSid": account_sid,
		"ChannelToAddress": message.to.removeprefix(CHANNEL)[:-4] + "XXXX",
	}
	if message.messaging_service_sid:
		form["MessagingServiceSid"] = message.messaging_service_sid
	if message.status == "sent":
		form["StructuredMessage"] = "true" if message.content_sid else "false"
	if message.status == "delivered":
		form["EventType"] = "DELIVERED"
	if message.status in ("delivered", "read") and customer.user_id:
		form["ExternalUserId"] = CHANNEL + customer.user_id
	if message.error_code:
		form["ErrorCode"] = str(message.error_code)
	if message.error_message:
		form["ErrorMessage"] = form["ChannelStatusMessage"] = message.error_message
	return form
