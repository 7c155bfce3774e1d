"""Connect the account's senders and Messaging Services to this site, and put back what they were connected to before."""

import json
from functools import partial

import frappe
from frappe import _

from ...chat.errors import InvalidArgument
from ...chat.sentences import _lt
from ...twilio_channel.client import TwilioChannel
from ...twilio_channel.http import Json
from ...twilio_channel.webhook_settings import (
	ListedSender,
	ListedService,
	WebhookOwner,
	new_settings,
	senders_of,
	services_of,
	without_overrides,
	write_settings,
)
from ..channel import twilio_channel
from ..settings import SETTINGS, inbound_webhook_url, status_callback_url
from ..store import database
from .health import checked
from .twilio_checks import Result, name_of, without_login

FORMER = "former_webhooks"


def webhooks_at_twilio() -> list[dict]:
	"""The senders and the Messaging Services with WhatsApp senders, and where each posts now. `here`: to this site, as Connect sets it;
	`elsewhere`: to another program. `members`: the numbers of a service's senders; one that `defers` leaves messages to them."""
	return [_to_dict(owner) for owner in _listed(twilio_channel())]


def connect(sids: list[str]) -> list[dict]:
	"""Set the webhooks of these senders and services to this site, and add the senders to Settings. What stood there is kept first.

	Returns for each: name, ok, words.
	"""
	channel = twilio_channel()
	chosen = [owner for owner in _listed(channel) if owner.sid in sids]
	if not chosen:
		raise InvalidArgument(_lt("Choose at least one sender or Messaging Service."))
	database.transaction(partial(_add_to_settings, chosen))
	return [checked(name_of(owner), partial(_set_to_this_site, channel, owner)) for owner in chosen]


def put_back() -> list[dict]:
	"""Set the webhooks to what stood there before `connect`, except where somebody has changed them since.

	Returns for each: name, ok, words.
	"""
	channel, former = twilio_channel(), _former()
	if not former:
		raise InvalidArgument(_lt("There is nothing to put back."))
	listed = {owner.sid: owner for owner in _listed(channel)}
	done = {
		sid: checked(kept["name"], partial(_put_back, channel, listed.get(sid), kept))
		for sid, kept in former.items()
	}
	left = {sid: kept for sid, kept in former.items() if not done[sid]["ok"]}
	database.transaction(partial(_keep, left))
	return list(done.values())


def _to_dict(owner: WebhookOwner) -> dict:
	service = owner if isinstance(owner, ListedService) else None
	return {
		"sid": owner.sid,
		"name": name_of(owner),
		"label": "" if service else owner.name,
		"members": [address.removeprefix("whatsapp:") for address in service.addresses] if service else [],
		"defers": bool(service and service.defers),
		"inbound_url": without_login(owner.inbound_url),
		"inbound_method": owner.inbound_method,
		"status_url": without_login(owner.status_url),
		"here": owner.is_set_to(inbound_webhook_url(), status_callback_url()),
		"elsewhere": _is_elsewhere(owner),
	}


def _listed(channel: TwilioChannel) -> list[WebhookOwner]:
	return [*senders_of(channel), *services_of(channel)]


def _is_elsewhere(owner: WebhookOwner) -> bool:
	"""Whether another program's URL stands there."""
	ours = (inbound_webhook_url(), status_callback_url())
	urls = (owner.inbound_url, owner.status_url)
	return any(url and without_overrides(url) not in ours for url in urls)


def _set_to_this_site(channel: TwilioChannel, owner: WebhookOwner) -> Result:
	write_settings(channel, owner.sid, new_settings(owner, inbound_webhook_url(), status_callback_url()))
	return True, _("Twilio posts its messages and statuses to this site.")


def _put_back(channel: TwilioChannel, owner: WebhookOwner | None, kept: Json) -> Result:
	if owner is None:
		return True, _("It is not at Twilio any more.")
	if not owner.is_set_to(*kept["set_to"]):
		return True, _("It was changed at Twilio since, and stays as it is.")
	write_settings(channel, owner.sid, kept["settings"])
	return True, _("Put back.")


def _add_to_settings(chosen: list[WebhookOwner]) -> None:
	"""Keep what the webhooks are now, and add the senders, each with the chosen service that it belongs to."""
	doc = frappe.get_doc(SETTINGS)
	doc.set(FORMER, json.dumps(_with_present(_former(), chosen)))
	rows = {row.address: row for row in doc.senders}
	services = [owner for owner in chosen if isinstance(owner, ListedService)]
	for sender in (owner for owner in chosen if isinstance(owner, ListedSender)):
		row = rows.get(sender.address) or doc.append(
			"senders", {"address": sender.address, "is_default": not doc.senders}
		)
		row.label = row.label or sender.name
		for service in services:
			if sender.address in service.addresses:
				row.messaging_service_sid = service.sid
	doc.save()


def _with_present(former: Json, chosen: list[WebhookOwner]) -> Json:
	"""What stood there before this site, and what this site sets now. What it set earlier, by another public URL, replaces nothing."""
	ours = inbound_webhook_url(), status_callback_url()
	kept = dict(former)
	for owner in chosen:
		earlier = former.get(owner.sid)
		if earlier and owner.is_set_to(*earlier["set_to"]):
			kept[owner.sid] = earlier | {"set_to": ours}
		elif not owner.is_set_to(*ours):
			kept[owner.sid] = {"name": name_of(owner), "settings": owner.settings, "set_to": ours}
	return kept


def _keep(former: Json) -> None:
	doc = frappe.get_doc(SETTINGS)
	doc.set(FORMER, json.dumps(former) if former else "")
	doc.save()


def _former() -> Json:
	"""Encrypted, since Twilio accepts user and password in a URL."""
	return json.loads(frappe.get_doc(SETTINGS).get_password(FORMER, raise_exception=False) or "{}")
