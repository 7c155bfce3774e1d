from ..frappe_host.jobs.catch_up import catch_up_for_admin

__all__ = ["catch_up_for_admin"]
