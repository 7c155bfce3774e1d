"""The words by which a customer opts out and in again: https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out

Twilio itself acts on them where the sender's Messaging Service has Advanced Opt-Out, which is off by default; its handling of
keywords beyond that is for SMS. Twilio compares whole texts, in either case. Among its words START and UNSTOP alone cannot be
taken away, and mean nothing else: "yes" is an ordinary answer.
"""

STARTS = ("START", "UNSTOP")
STOPS = ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT")


def opts_in(body: str) -> bool:
	"""Whether Twilio takes this text for an opt-in."""
	return body.strip().upper() in STARTS


def opts_out(body: str) -> bool:
	"""Whether Twilio takes this text for an opt-out."""
	return body.strip().upper() in STOPS
