import frappe

TABLE, INDEX = "tabChat Conversation", "wa_window_conversation_lead"


def execute() -> None:
	"""The index `wa_window_conversation_record` begins with the same columns, and the database may choose the shorter one. Frappe
	itself drops that of `lead` alone."""
	if frappe.db.has_index(TABLE, INDEX):
		of_table = "" if frappe.db.db_type == "sqlite" else f" on `{TABLE}`"
		# nosemgrep: frappe-using-db-sql - frappe.qb drops no index
		frappe.db.sql_ddl(f"drop index `{INDEX}`{of_table}")
