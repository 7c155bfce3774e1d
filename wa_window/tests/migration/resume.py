"""Run the jobs after the migration: first those that the released version had enqueued, then the sweep, until nothing is
left."""

from pathlib import Path

import frappe
from connection import connected, run, write
from frappe.utils.background_jobs import get_queue

QUEUES = ("short", "default", "long")
# Frappe's own jobs would fetch users' pictures from the internet.
RUN = ("wa_window.", "frappe.desk.doctype.notification_log.")
ROUNDS = 5


def main(site: str, folder: Path) -> None:
	done: list[dict] = []
	for _round in range(ROUNDS):
		with connected(site):
			jobs = [job for name in QUEUES for job in get_queue(name).get_jobs() if _is_to_run(job, site)]
		done += [_worked_off(job) for job in jobs]
		with connected(site):
			for method in frappe.get_hooks("scheduler_events", app_name="wa_window")["all"]:
				frappe.get_attr(method)()
	write(folder / "jobs.json", done)


def _is_to_run(job, site: str) -> bool:
	return job.kwargs.get("site") == site and job.kwargs["job_name"].startswith(RUN)


def _worked_off(job) -> dict:
	method, failure = job.kwargs["job_name"], ""
	job.delete(remove_from_queue=True)
	try:
		job.perform()
	except Exception as error:
		failure = repr(error)
	return {"method": method, "failure": failure}


if __name__ == "__main__":
	run(main)
