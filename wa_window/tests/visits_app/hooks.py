app_name = "wa_window.tests.visits_app"
app_title = "Visits of WA Window's Tests"
app_publisher = "WA Window"
app_description = "An app with a DocType of its own, for WA Window's tests."
app_license = "mit"

wa_window_record_types = [
	{
		"doctype": "WA Window Test Visit",
		"phone_fields": ["contact_number"],
		"name_fields": ["visitor"],
		"tab_after": "contact_number",
	}
]
