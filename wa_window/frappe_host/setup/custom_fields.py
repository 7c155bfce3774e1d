"""The fields that this app adds to other apps' leads: a tab with the chat, and the normalised number.

The tab goes behind the last field, since a Tab Break takes in all fields up to the next one.
"""


def _whatsapp_tab(insert_after: str) -> list[dict]:
	module = {"module": "WA Window"}
	return [
		{
			"fieldname": "wa_tab",
			"fieldtype": "Tab Break",
			"label": "WhatsApp",
			"insert_after": insert_after,
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


CUSTOM_FIELDS = {
	"Lead": _whatsapp_tab("notes"),
	"CRM Lead": _whatsapp_tab("status_change_log"),
	"CRM Deal": _whatsapp_tab("status_change_log"),
}
