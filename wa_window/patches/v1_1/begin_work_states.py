import frappe

from wa_window.frappe_host.jobs.work_states import note_begin
from wa_window.frappe_host.settings import kept_since_ms
from wa_window.frappe_host.store.recompute import recompute_all
from wa_window.patches.backfill import share_unread_counts


def execute() -> None:
	"""Compute which chats need a reply, and give the shared unread counts to the owners and assignees of the leads.

	Each batch is committed and the patch is idempotent: run again after an interruption, it continues.
	"""
	note_begin()
	frappe.db.commit()
	share_unread_counts()
	recompute_all(kept_since_ms=kept_since_ms())
