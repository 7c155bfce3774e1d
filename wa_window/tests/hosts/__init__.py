"""What depends on the other apps of a site: ERPNext, Frappe CRM, or neither."""
