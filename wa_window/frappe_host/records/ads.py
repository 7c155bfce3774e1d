"""The ad that brought a customer, on their lead."""

import frappe

from ..store.raw_rows import coerce

# Of our own, in every lead DocType.
AD_FIELD = "wa_ad"
# Fields of ERPNext and Frappe CRM that link to a list of sources; ERPNext of version 16 has UTM fields in place of `source`:
# https://github.com/frappe/erpnext/blob/version-15/erpnext/crm/doctype/lead/lead.json
# https://github.com/frappe/erpnext/blob/version-16/erpnext/crm/doctype/lead/lead.json
SOURCE_FIELDS = ("source", "utm_source")
# "Used to differentiate creatives": https://support.google.com/analytics/answer/10917952. Version 15 has no such field. The campaign and
# the medium (campaign_name, utm_campaign, utm_medium) are what a marketing team lists; Twilio's parameters do not name them:
# https://www.twilio.com/docs/messaging/guides/webhook-request
CONTENT_FIELD = "utm_content"
SOURCE = "WhatsApp Ad"


def set_ad(doc, ad: str) -> None:
	"""Put the ad on a new lead, as far as its DocType has fields for it, and has them empty."""
	title = coerce("ad_title", ad)
	for field in (AD_FIELD, CONTENT_FIELD):
		if doc.meta.has_field(field) and not doc.get(field):
			doc.set(field, title)
	for field in SOURCE_FIELDS:
		if doc.meta.has_field(field) and not doc.get(field):
			doc.set(field, _source(doc.meta.get_field(field)))


def _source(field) -> str:
	"""The value of a field for the source: a Link's document is created where there is none."""
	if field.fieldtype == "Link" and not frappe.db.exists(field.options, SOURCE):
		source = frappe.new_doc(field.options)
		source.update({"name": SOURCE, "source_name": SOURCE, "slug": frappe.scrub(SOURCE)})
		source.insert(ignore_permissions=True, set_name=SOURCE)
	return SOURCE
