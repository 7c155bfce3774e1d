"""The custom fields of other apps' DocTypes: a tab with the chat, and the normalised number.

The tab is inserted after the last field, since a Tab Break includes all fields up to the next one.
"""

from ..records.ads import AD_FIELD
from ..records.record_types import RecordType


def custom_fields(record_type: RecordType) -> list[dict]:
	"""The custom fields of a DocType; none where it has the fields itself."""
	if not record_type.tab_after:
		return []
	module = {"module": "WA Window"}
	fields: list[dict] = [
		{
			"fieldname": "wa_tab",
			"fieldtype": "Tab Break",
			"label": "WhatsApp",
			"insert_after": record_type.tab_after,
			**module,
		},
		{
			"fieldname": "wa_chat_html",
			"fieldtype": "HTML",
			"label": "Chat",
			"insert_after": "wa_tab",
			**module,
		},
		{
			"fieldname": "wa_phone",
			"fieldtype": "Data",
			"label": "WhatsApp Number",
			"insert_after": "wa_chat_html",
			"hidden": 1,
			"read_only": 1,
			"no_copy": 1,
			"print_hide": 1,
			**module,
		},
	]
	if record_type.has_ad:
		fields.append(
			{
				"fieldname": AD_FIELD,
				"fieldtype": "Data",
				"label": "WhatsApp Ad",
				"insert_after": "wa_phone",
				"depends_on": AD_FIELD,
				"in_list_view": 1,
				"in_standard_filter": 1,
				"read_only": 1,
				"no_copy": 1,
				**module,
			}
		)
	return fields
