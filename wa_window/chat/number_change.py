"""What is asked before a record's number is changed, wherever that is done."""

from .sentences import Locale, Sentence, _lt

ONE, SEVERAL = _lt("1 message belongs to {0}."), _lt("{0} messages belong to {1}.")
AFTER = _lt("They stay here in a chat of their own. The new number has another one. Change it?")


def question(number: str, messages: int, locale: Locale) -> str:
	"""`messages`: how many belong to the record's `number`; empty where there are none."""
	if not messages:
		return ""
	belong = Sentence(ONE, (number,)) if messages == 1 else Sentence(SEVERAL, (messages, number))
	return f"{belong.render(locale)} {Sentence(AFTER).render(locale)}"
