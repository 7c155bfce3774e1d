from ..frappe_host.jobs.dispatch import dispatch_messages
from ..frappe_host.jobs.fetch_files import fetch_media_files
from ..frappe_host.jobs.post_processing import post_process_messages

__all__ = ["dispatch_messages", "fetch_media_files", "follow_up_messages"]


def follow_up_messages(part: int = 0) -> None:
	post_process_messages(part)
