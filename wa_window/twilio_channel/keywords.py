"""The keywords with which a customer opts out and in: https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out

Twilio handles them where the sender's Messaging Service has Advanced Opt-Out, which is off by default; its other keyword
handling is for SMS. Twilio compares the whole text, case-insensitively. Of its opt-in keywords, only START and UNSTOP cannot
be removed, and have no other meaning: "yes" is an ordinary answer.
"""

STARTS = ("START", "UNSTOP")
STOPS = ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT")


def opts_in(body: str) -> bool:
	"""Whether Twilio treats this text as an opt-in."""
	return body.strip().upper() in STARTS


def opts_out(body: str) -> bool:
	"""Whether Twilio treats this text as an opt-out."""
	return body.strip().upper() in STOPS
