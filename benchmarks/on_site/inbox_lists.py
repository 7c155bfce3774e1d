"""The inbox's lists for users with different permissions, at several sizes, interleaved: `inbox_lists.py SITE ROUNDS SIZE…`; prints
JSON."""

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

import frappe

sys.path.insert(0, str(Path(__file__).parent))
from inbox_sizes import ALL, FEW, MANY, NEWEST_MS, SECOND, drop, make, types, use_size
from inbox_sizes import USERS as PEOPLE

from wa_window.chat.inbox import Inbox
from wa_window.frappe_host.panel_host import FrappePanelHost
from wa_window.frappe_host.setup.install import extend_lead_types
from wa_window.tests.site_case import make_user

ROLES = READS_ALL, READS_OWN, READS_SECOND = (
	"WA Bench Reads All",
	"WA Bench Reads Own",
	"WA Bench Reads Second",
)
AGENT = "WA Window Agent"
# User, their role for records, and what else permits or limits them.
USERS = {
	"3 by User Permission": (FEW, READS_ALL, "limited"),
	"3 of their own": (FEW, READS_OWN, ""),
	"3 shared": (FEW, "", "shared"),
	"10,000 by User Permission": (MANY, READS_ALL, "limited"),
	"10,000 of their own": (MANY, READS_OWN, ""),
	"all": (ALL, READS_ALL, ""),
	"all of one DocType": (SECOND, READS_SECOND, ""),
}
LISTS = {
	"needs reply": {},
	"mine": {"queue": "mine"},
	"unassigned": {"queue": "unassigned"},
	"all": {"queue": "all"},
	"closing": {"queue": "all", "state": "closing"},
	"closed": {"queue": "all", "state": "closed"},
	"failed": {"queue": "all", "state": "failed"},
	"number": {"queue": "all", "search": "0812 0000 00"},
	"a frequent name": {"queue": "all", "search": "budi"},
	"a rare name": {"queue": "all", "search": "c4ca4238a0"},
	"a frequent word": {"queue": "all", "search": "rumahnya"},
	"nothing": {"queue": "all", "search": "tidakada"},
}


ASKED = 3


class FixedClock:
	def now_ms(self) -> int:
		return NEWEST_MS


def commit() -> None:
	frappe.db.commit()  # nosemgrep: frappe-manual-commit - a script: no request commits for it


def begin() -> None:
	for role in ROLES:
		if not frappe.db.exists("Role", role):
			frappe.get_doc({"doctype": "Role", "role_name": role}).insert()
		for doctype in dict.fromkeys(types()[1:] if role == READS_SECOND else types()):
			rights = {"parent": doctype, "role": role, "read": 1, "if_owner": role == READS_OWN}
			frappe.get_doc({"doctype": "Custom DocPerm", **rights}).insert()
	for user in PEOPLE:
		make_user(user, AGENT)
	# So that the records are indexed as on a site that limits its users so.
	give_rights(FEW, READS_ALL, "limited", 0)
	frappe.set_user("Administrator")
	extend_lead_types()
	commit()


def end() -> None:
	for user in PEOPLE:
		_take_rights(user)
		frappe.delete_doc("User", user, force=True)
	for role in ROLES:
		frappe.db.delete("Custom DocPerm", {"role": role})
		frappe.delete_doc("Role", role, force=True)
	commit()
	frappe.clear_cache()


def _take_rights(user: str) -> None:
	frappe.set_user("Administrator")
	for doctype in ("User Permission", "DocShare"):
		frappe.db.delete(doctype, {"user": user})


def give_rights(user: str, role: str, more: str, size: int) -> None:
	_take_rights(user)
	doc = frappe.get_doc("User", user)
	doc.set("roles", [])
	for each in (AGENT, role):
		if each:
			doc.append("roles", {"role": each})
	doc.save()
	if more == "limited":
		frappe.get_doc(
			{"doctype": "User Permission", "user": user, "allow": "User", "for_value": user}
		).insert()
	if more == "shared":
		for number in (3, size // 2, size - 7):
			doctype = types()[0] if number % 10 < 7 else types()[1]
			share = {"share_doctype": doctype, "share_name": f"bench-{number:08d}", "user": user, "read": 1}
			frappe.get_doc({"doctype": "DocShare", **share}).db_insert()
	commit()
	frappe.clear_cache(user=user)
	frappe.set_user(user)


def ask(list_: dict) -> dict:
	host = FrappePanelHost()
	host.chat = replace(host.chat, clock=FixedClock())
	return Inbox(host).chats(**list_)


def milliseconds(asked: dict) -> float:
	frappe.db.rollback()
	began = time.perf_counter()
	ask(asked)
	return (time.perf_counter() - began) * 1000


def measure(rounds: int, sizes: list[int]) -> dict:
	begin()
	times: dict = {}
	try:
		for size in sizes:
			make(size)
		for turn in range(rounds + 1):
			for size in sizes[turn % len(sizes) :] + sizes[: turn % len(sizes)]:
				with use_size(size):
					measured = {user: _round(user, size) for user in USERS}
				if turn:  # the first round loads the pages into memory
					_add(times, measured, size)
	finally:
		end()
	return times


def _round(name: str, size: int) -> dict[str, float]:
	"""The median milliseconds of each list for one user."""
	give_rights(*USERS[name], size)
	ask({})
	spent = {list_: [milliseconds(asked) for _ in range(ASKED)] for list_, asked in LISTS.items()}
	frappe.set_user("Administrator")
	return {list_: sorted(each)[ASKED // 2] for list_, each in spent.items()}


def _add(times: dict, measured: dict, size: int) -> None:
	for user, lists in measured.items():
		for list_, spent in lists.items():
			times.setdefault(f"{list_}, who sees {user}", {}).setdefault(size, []).append(spent)


def main(site: str, rounds: str, *sizes: str) -> None:
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	result = measure(int(rounds), [int(size) for size in sizes])
	for size in sizes:
		drop(int(size))
	frappe.destroy()
	print(json.dumps(result, default=str))


if __name__ == "__main__":
	main(*sys.argv[1:])
