"""What a received message brought besides text and files. It is read from the parameters that were stored with it when it is shown."""

from dataclasses import asdict, dataclass

FORWARDED = "forwarded"
FORWARDED_OFTEN = "often"
# Stored with a message's parameters by this app, where the customer wrote from a new number: the one before.
NUMBER_BEFORE = "_number_before"


@dataclass(frozen=True)
class Referral:
	"""The ad or post from which a customer began the chat; `click_id` is Meta's ctwa_clid. The URLs are Meta's."""

	headline: str = ""
	body: str = ""
	source_type: str = ""
	source_id: str = ""
	source_url: str = ""
	media_url: str = ""
	media_type: str = ""
	click_id: str = ""

	@property
	def title(self) -> str:
		"""What people know it by."""
		return self.headline or self.source_id or self.source_url or self.click_id


@dataclass(frozen=True)
class Answer:
	"""One answer of a form, or one value of a kind of message that is not known: its name and its text."""

	name: str
	value: str


@dataclass(frozen=True)
class Received:
	"""`forwarded`: FORWARDED, FORWARDED_OFTEN or empty. `picked`: whether the text is what was picked from a list, with its
	`description`. `answers`: those of a form, or what is known of an unknown kind. `number_before`: the customer's, where they had
	another one until this message."""

	referral: Referral | None = None
	forwarded: str = ""
	picked: bool = False
	description: str = ""
	answers: tuple[Answer, ...] = ()
	number_before: str = ""


def to_dict(received: Received | None, picture: dict[str, object] | None = None) -> dict[str, object] | None:
	"""As JSON, with the ad's `picture`; None where there is nothing to show."""
	if received is None or received == Received():
		return None
	values = asdict(received)
	if received.referral:
		values["referral"]["picture"] = picture
	return values
