"""What an agent sends from the CRM: files of a record, and its quotations, orders and invoices as PDF."""
