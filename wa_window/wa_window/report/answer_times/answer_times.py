from frappe import _
from frappe.utils import format_date

from wa_window.frappe_host.desk import answer_times
from wa_window.frappe_host.desk.http_errors import chat_errors_as_http
from wa_window.frappe_host.records.permissions import full_name


@chat_errors_as_http
def execute(filters: dict) -> tuple[list[dict], list[dict], str, dict]:
	group_by = filters.get("group_by") or answer_times.DAY
	rows = answer_times.rows(
		filters.get("from_date"),
		filters.get("to_date"),
		group_by,
		filters.get("agent"),
		filters.get("sender"),
	)
	words = _(
		"Times are averages. The chart shows working hours. Waiting: the window is still open. Not answered: it has closed, or 7 days have passed."
	)
	return columns(group_by), rows, words, chart(group_by, rows)


def columns(group_by: str) -> list[dict]:
	groups = {
		answer_times.DAY: {"label": _("Day"), "fieldtype": "Date", "width": 120},
		answer_times.AGENT: {"label": _("Agent"), "fieldtype": "Link", "options": "User", "width": 220},
		answer_times.SENDER: {"label": _("Sender"), "fieldtype": "Data", "width": 180},
	}
	counts = {
		"answered": _("Answered"),
		"no_answer_needed": _("No Answer Needed"),
		"waiting": _("Waiting"),
		"unanswered": _("Not Answered"),
		"first_answers": _("First Answers"),
	}
	times = {
		"first_time": _("First Answer Time"),
		"first_within": _("First Answer: Working Hours"),
		"first_outside": _("First Answer: Other Hours"),
		"answer_time": _("Answer Time"),
		"answer_within": _("Answer: Working Hours"),
		"answer_outside": _("Answer: Other Hours"),
	}
	return [
		{"fieldname": "group", **groups[group_by]},
		*(
			{"fieldname": name, "label": label, "fieldtype": "Int", "width": 140}
			for name, label in counts.items()
		),
		*(
			{"fieldname": name, "label": label, "fieldtype": "Duration", "width": 200}
			for name, label in times.items()
		),
	]


def chart(group_by: str, rows: list[dict]) -> dict:
	"""The time in working hours, in minutes, of the rows with an answer that is somebody's."""
	shown = [row for row in rows if row["answer_time"] is not None]
	named = {answer_times.DAY: format_date, answer_times.AGENT: full_name}.get(group_by, str)
	series = {
		"first_within": _("First answer (min)"),
		"answer_within": _("Answer (min)"),
	}
	return {
		"type": "bar",
		"data": {
			"labels": [named(row["group"]) for row in shown],
			"datasets": [
				{"name": name, "values": [round((row[field] or 0) / 60, 1) for row in shown]}
				for field, name in series.items()
			],
		},
	}
