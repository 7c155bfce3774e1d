"""The site's leads: ERPNext's, Frappe CRM's, or our own Chat Lead where there is no CRM."""

from collections.abc import Callable
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import cstr, get_datetime, strip_html

from ..chat.address import fold, typed_number
from ..chat.message import Conversation, Lead
from ..chat.ports import LeadNotCreated
from .rows import fitting, is_formula, update
from .settings import settings

CONVERSATION = "Chat Conversation"
MOST_FOUND = 20
BATCH = 1000
NOT_IN_NAMES = str.maketrans("", "", "<>\x00")


@dataclass(frozen=True)
class LeadType:
	"""A DocType that serves as a lead. The first of `name_fields` is what a new lead is named by."""

	doctype: str
	phone_fields: tuple[str, ...]
	name_fields: tuple[str, ...]
	owner_field: str = "lead_owner"

	@property
	def phone_field(self) -> str:
		return "mobile_no" if "mobile_no" in self.phone_fields else self.phone_fields[0]


# In the order in which "automatic" looks for them.
LEAD_TYPES = {
	lead_type.doctype: lead_type
	for lead_type in (
		LeadType("Lead", ("whatsapp_no", "mobile_no", "phone"), ("first_name", "lead_name", "title")),
		LeadType("CRM Lead", ("mobile_no", "phone"), ("first_name", "lead_name")),
		LeadType("CRM Deal", ("mobile_no", "phone"), ("lead_name", "first_name"), "deal_owner"),
		LeadType("Chat Lead", ("phone",), ("lead_name",)),
	)
}


def lead_types() -> list[LeadType]:
	"""Those that exist on this site."""
	return [lead_type for lead_type in LEAD_TYPES.values() if frappe.db.exists("DocType", lead_type.doctype)]


def is_lead_type(doctype: str | None) -> bool:
	"""Whether it serves as a lead and exists on this site: that of a CRM which was uninstalled does not."""
	return doctype in LEAD_TYPES and bool(frappe.db.exists("DocType", doctype, cache=True))


def preferred_type() -> LeadType:
	"""Where new leads are made: as Settings say, else the first that exists."""
	chosen = settings().lead_doctype
	existing = lead_types()
	return next((lead_type for lead_type in existing if lead_type.doctype == chosen), existing[0])


def default_country() -> str:
	"""ISO code of the country by which numbers without a country code are read: as Settings say, else the site's own."""
	country = settings().default_country or frappe.db.get_single_value("System Settings", "country")
	return (frappe.get_cached_value("Country", country, "code") or "") if country else ""


def phone_of(doctype: str, fields) -> str:
	"""The first valid number of a lead, given as a document or as a dict of its fields, in E.164."""
	country = default_country()
	numbers = (typed_number(cstr(fields.get(field)), country) for field in LEAD_TYPES[doctype].phone_fields)
	return next((number for number in numbers if number), "")


def set_wa_phone(doc, method: str | None = None) -> None:
	"""Document event: keep the normalised number by which a lead is found."""
	doc.wa_phone = fold(phone_of(doc.doctype, doc))


def lead_of(doc) -> Lead:
	return Lead(doc.doctype, doc.name, phone_of(doc.doctype, doc))


def move_chats(doc, method: str, old: str, new: str, merge: bool = False) -> None:
	"""Document event: the chats of a lead that was renamed, or merged into this one, are this one's.

	Frappe moves a Dynamic Link only where it knows of one to this DocType, by a list that is cached for half a day and which lean
	writes do not add to (model/dynamic_links.py, fetch_distinct_link_doctypes).
	"""
	for name in frappe.get_all(CONVERSATION, {"lead_doctype": doc.doctype, "lead": old}, pluck="name"):
		update(CONVERSATION, name, {"lead": new})
	show_on_chats(doc)


def shown_on_chats(doc) -> dict:
	"""What a lead's chats say of it."""
	shown = {"lead_title": doc.get_title(), "lead_owner": doc.get(LEAD_TYPES[doc.doctype].owner_field)}
	return {field: fitting(field, value) for field, value in shown.items()}


def show_on_chats(doc, method: str | None = None) -> None:
	"""Document event: the lists of chats name their lead and its owner; `modified` of neither is touched."""
	shown = shown_on_chats(doc)
	for name in frappe.get_all(CONVERSATION, {"lead_doctype": doc.doctype, "lead": doc.name}, pluck="name"):
		update(CONVERSATION, name, shown)


NO_LEAD = dict.fromkeys(("lead_doctype", "lead", "lead_title", "lead_owner"))


def unlink(doc, method: str | None = None) -> None:
	"""Document event: a deleted lead leaves its chats behind, without a lead."""
	for name in frappe.get_all(CONVERSATION, {"lead_doctype": doc.doctype, "lead": doc.name}, pluck="name"):
		update(CONVERSATION, name, NO_LEAD)


def unlink_missing_types() -> None:
	"""A CRM that was uninstalled leaves its chats behind, without a lead."""
	existing = [lead_type.doctype for lead_type in lead_types()]
	missing = {"lead_doctype": ("not in", existing), "lead": ("is", "set")}
	while names := frappe.get_all(CONVERSATION, missing, pluck="name", limit=BATCH):
		for name in names:
			update(CONVERSATION, name, NO_LEAD)
		frappe.db.commit()  # nosemgrep: frappe-manual-commit - a batch: a CRM that is gone may leave many chats


class SiteLeads:
	"""The leads as the use cases know them; `by_hand`: a manager asks for the link, so any lead with the number will do, and
	a new one is made even where Settings do not have them made."""

	def __init__(self, *, by_hand: bool = False):
		self.by_hand = by_hand

	def exists(self, lead: Lead) -> bool:
		return is_lead_type(lead.doctype) and bool(frappe.db.exists(lead.doctype, lead.name))

	def find(self, phone: str) -> list[Lead]:
		"""Those of the preferred DocType before all others."""
		preferred = preferred_type()
		return [
			Lead(lead_type.doctype, name, phone)
			for lead_type in (preferred, *(other for other in lead_types() if other != preferred))
			for name in frappe.get_all(
				lead_type.doctype,
				{"wa_phone": fold(phone)},
				order_by="creation desc",
				limit=MOST_FOUND,
				pluck="name",
			)
		]

	def known_before(self, lead: Lead, conversation: Conversation) -> bool:
		"""By `modified`, not `creation`: an old lead's number can be edited to match. Both times are the site's local ones."""
		if self.by_hand:
			return True
		changed = frappe.db.get_value(lead.doctype, lead.name, "modified")
		begun = frappe.db.get_value(CONVERSATION, conversation.name, "creation")
		return get_datetime(changed) <= get_datetime(begun)

	def create(
		self, phone: str, profile_name: str, linked: Callable[[Callable[[], Lead]], Lead]
	) -> Lead | None:
		if not (self.by_hand or settings().create_leads):
			return None
		return linked(lambda: self._insert(phone, profile_name))

	def _insert(self, phone: str, profile_name: str) -> Lead:
		lead_type = preferred_type()
		doc = frappe.new_doc(lead_type.doctype)
		doc.set(lead_type.name_fields[0], _name(profile_name) or phone)
		doc.set(lead_type.phone_field, phone)
		if settings().lead_owner:
			doc.set(lead_type.owner_field, settings().lead_owner)
		try:
			doc.insert(ignore_permissions=True)
		except frappe.ValidationError as refusal:
			raise LeadNotCreated(strip_html(str(refusal))) from refusal
		return Lead(lead_type.doctype, doc.name, phone)

	def introduce(self, lead: Lead, phone: str, profile_name: str) -> None:
		name, fields = _name(profile_name), LEAD_TYPES[lead.doctype].name_fields
		known = frappe.db.get_value(lead.doctype, lead.name, fields, as_dict=True)
		if not (name and phone and known and phone in known.values()):
			return
		doc = frappe.get_doc(lead.doctype, lead.name, for_update=True)  # it may be getting its real name now
		names = {field: name for field in fields if doc.get(field) == phone}
		if names:
			frappe.db.set_value(lead.doctype, lead.name, names, update_modified=False)
			show_on_chats(doc.update(names))

	def translate(self, text: str) -> str:
		return _(text)


def _name(profile_name: str) -> str:
	"""A profile name as a lead's name: of a length that every lead field holds, without what a page would take for HTML or, at
	its beginning, a spreadsheet for a formula."""
	name = profile_name.translate(NOT_IN_NAMES).strip()
	while is_formula(name):
		name = name[1:].strip()
	return name[:100]
