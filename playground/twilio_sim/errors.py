"""Twilio's error codes, as far as the simulator uses them (https://www.twilio.com/docs/api/errors)."""

# Our own code: for what Twilio ignores or leaves undefined, and no client should send.
SIMULATOR_ERROR = 90000

MESSAGES = {
	20001: "Bad request: {0}",
	20003: "Authenticate",
	20404: "The requested resource {0} was not found",
	20405: "Method not allowed: {0}",
	20429: "Too Many Requests",
	20500: "Internal Server Error",
	21211: "Invalid 'To' Phone Number: {0}",
	21603: "A 'From' phone number is required.",
	21604: "A 'To' phone number is required.",
	21609: "The 'StatusCallback' URL {0} is not a valid URL.",
	21610: "Attempt to send to unsubscribed recipient",
	21617: "The concatenated message body exceeds the 1600 character limit",
	21619: "A text message body or media urls must be specified.",
	21620: "Invalid media URL(s): {0}",
	21623: "Number of media files exceeds allowed limit.",
	21654: "ContentSid Required",
	21655: "The ContentSid {0} is Invalid",
	21656: "The ContentVariables Parameter is invalid: {0}",
	21701: "The Messaging Service does not exist.",
	21910: "Invalid From and To pair. From and To should be of the same channel",
	63003: "Channel could not find To address",
	63007: "Twilio could not find a Channel with the specified From address",
	63013: "This message send failed because it violates Channel provider's policy.",
	63014: "This message failed to be delivered to the user because it was blocked by a user action.",
	63016: "Failed to send freeform message because you are outside the allowed window. "
	"If you are using WhatsApp, please use a Message Template.",
	63018: "Rate limit exceeded for Channel",
	63019: "Media failed to download",
	63021: "Channel invalid content error",
	63031: "Channel message cannot have same From and To",
	63034: "Media exceeds WhatsApp size limits",
	63038: "Account exceeded the daily messages limit",
	63049: "Meta chose not to deliver this WhatsApp marketing message",
	SIMULATOR_ERROR: "The simulator rejects this: {0}",
}

HTTP_STATUS = {20003: 401, 20404: 404, 20405: 405, 20429: 429, 20500: 500, 63038: 429}


class TwilioError(Exception):
	"""The error answer of a REST call."""

	def __init__(self, code: int, *values: str):
		self.code = code
		self.status = HTTP_STATUS.get(code, 400)
		self.message = message_of(code, *values)
		super().__init__(f"{code}: {self.message}")

	def payload(self) -> dict:
		return {
			"code": self.code,
			"message": self.message,
			"more_info": f"https://www.twilio.com/docs/errors/{self.code}",
			"status": self.status,
		}


def message_of(code: int, *values: str) -> str:
	"""Twilio's message for a code; empty where the simulator has none, as Twilio sometimes sends none."""
	return MESSAGES.get(code, "").format(*values)
