"""Connect does what two steps of the onboarding told an administrator to do."""

import frappe

STEPS = ("Set the Webhook at Twilio", "Sync the Templates")


def execute():
	for step in STEPS:
		frappe.delete_doc("Onboarding Step", step, force=True, ignore_missing=True)
