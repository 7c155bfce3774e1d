"""An account for frappe_whatsapp's webhook, where that app is on the site: `peer.py SITE PHONE_ID`; prints whether it is."""

import json
import sys

import frappe


def main(site: str, phone_id: str) -> None:
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	there = "frappe_whatsapp" in frappe.get_installed_apps()
	if there and not frappe.db.exists("WhatsApp Account", {"phone_id": phone_id}):
		values = {
			"account_name": "Benchmark",
			"phone_id": phone_id,
			"business_id": "1",
			"app_id": "1",
			"token": "x",
		}
		values |= {"url": "https://graph.facebook.com", "version": "v17.0", "webhook_verify_token": "x"}
		frappe.get_doc({"doctype": "WhatsApp Account", **values}).insert(
			ignore_permissions=True, ignore_mandatory=True
		)
		frappe.db.commit()  # nosemgrep: frappe-manual-commit - a script: no request commits for it
	frappe.destroy()
	print(json.dumps(there))


if __name__ == "__main__":
	main(*sys.argv[1:])
