"""`bench --site SITE wa-window …`: commands for administrators."""

import sys
from collections.abc import Callable
from pathlib import Path

import click
import frappe
from frappe.commands import pass_context
from frappe.utils import update_progress_bar

DAYS = click.IntRange(1, 400)  # Twilio keeps messages for 400 days


@click.group("wa-window")
def wa_window():
	"""WhatsApp chats on leads, within the customer service window."""


@wa_window.command("catch-up")
@click.option("--days", type=DAYS, default=1, show_default=True, help="How far to look back.")
@pass_context
def catch_up(context, days: int):
	"""Receive messages that Twilio has and this site has not, and bring statuses up to date."""
	from wa_window.frappe_host.jobs.catch_up import catch_up_days

	def on_site() -> bool:
		words, complete = catch_up_days(days, on_progress=_progress("Fetching missed messages"))
		click.echo(f"\n{words}")
		return complete

	_on_sites(context, on_site)


@wa_window.command("verify")
@click.option("--with-twilio", is_flag=True, help="Compare with Twilio's own list too.")
@click.option("--days", type=DAYS, default=7, show_default=True, help="How far to look back at Twilio.")
@click.option("--fix", is_flag=True, help="Fix the differences.")
@pass_context
def verify(context, with_twilio: bool, days: int, fix: bool):
	"""Compare every conversation with its messages and its records, and their Datetimes with their milliseconds; print the
	differences. Exit code 1 if any is left."""
	from wa_window.frappe_host import consistency
	from wa_window.frappe_host.store import exact_comparison, sent_at_column

	def on_site() -> bool:
		found = consistency.compare_conversations(fix=fix, on_progress=_progress("Verifying conversations"))
		times = sent_at_column.compare(fix=fix, on_progress=_progress("Verifying times"))
		found += [times] if times else []
		records = consistency.compare_records(fix=fix)
		merged = list(exact_comparison.merged_customers())
		if with_twilio:
			found += consistency.compare_with_twilio(days, fix=fix)
		for difference in found:
			click.echo(
				f"{difference.name}  {difference.field}: {difference.stored} is stored, {difference.computed} is right"
			)
		for problem in records:
			click.echo(problem)
		count = len(found) + len(records)
		click.echo(f"{count} differences{', fixed' if fix and count else ''}.")
		for conversation, customers in merged:
			click.echo(f"{conversation}  holds messages of several customers: {', '.join(customers)}")
		return not merged and (fix or not count)

	_on_sites(context, on_site)


@wa_window.command("doctor")
@pass_context
def doctor(context):
	"""Run all health checks of receiving and sending; exit code 1 if one fails."""
	from wa_window.frappe_host.desk import health

	def on_site() -> bool:
		checks = health.checks(quotes=True)
		for check in checks:
			click.echo(f"{'ok  ' if check['ok'] else 'FAIL'}  {check['name']}: {check['words']}")
		return all(check["ok"] for check in checks)

	_on_sites(context, on_site)


@wa_window.command("erase-customer")
@click.argument("conversation")
@pass_context
def erase_customer(context, conversation: str):
	"""Delete all messages, files and names of the customer of a CONVERSATION; the lead stays."""
	from wa_window.frappe_host.records.erase import erase_customer as erase

	def on_site() -> bool:
		erased = erase(conversation)
		click.echo(
			f"{erased} conversations erased." if erased else f"There is no conversation {conversation}."
		)
		return bool(erased)

	if len(context.sites) > 1:
		sys.exit("A conversation is of one site: name that site.")
	_on_sites(context, on_site)


@wa_window.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--write", is_flag=True, help="Import; else only say what would be imported.")
@pass_context
def import_history(context, file: Path, write: bool):
	"""Import the messages of another system from a FILE in JSON Lines (.jsonl) or CSV (.csv). Nothing is sent."""
	from wa_window.chat.import_rows import NotReadable
	from wa_window.frappe_host.history import bad_rows_of, import_file, reasons_of

	# bench runs commands in its folder `sites`; as Frappe's own commands do, a path from the bench's folder is accepted too.
	file = file if file.exists() else ".." / file

	def on_site() -> bool:
		try:
			reading, updating = _progress("Reading rows"), _progress("Updating chats")
			result = import_file(file, write=write, on_rows=reading, on_chats=updating)
		except (NotReadable, OSError) as error:
			click.echo(f"\n{error}")
			return False
		click.echo(
			f"\n{result.rows} rows of {result.chats} chats: {result.new} messages "
			f"{'imported' if write else 'to import'}, {result.known} already here or deleted here, {result.bad} bad rows."
		)
		if result.bad:
			click.echo(f"The bad rows are in {bad_rows_of(file)}, the reasons in {reasons_of(file)}.")
		if not write:
			click.echo("Nothing was imported. Add --write to import.")
		return not result.bad

	if len(context.sites) > 1:
		sys.exit("A chat history is of one site: name that site.")
	_on_sites(context, on_site)


def _on_sites(context, work: Callable[[], bool]) -> None:
	"""Run `work` on each site, as Frappe's own commands do, and exit with 1 unless it succeeded on all.

	Of several sites, those without this app are skipped. Raises SiteNotSpecifiedError where no site is given.
	"""
	if not context.sites:
		raise frappe.SiteNotSpecifiedError
	named = len(context.sites) == 1
	went_well = [_on_site(site, work, named=named) for site in context.sites]
	sys.exit(0 if all(went_well) else 1)


def _on_site(site: str, work: Callable[[], bool], *, named: bool) -> bool:
	frappe.init(site=site)
	try:
		frappe.connect()
		if "wa_window" not in frappe.get_installed_apps():
			click.echo(f"{site}: WA Window is not installed.")
			return not named
		if not named:
			click.secho(site, bold=True)
		return work()
	finally:
		frappe.destroy()


def _progress(title: str) -> Callable[[int, float], None]:
	return lambda _count, share: update_progress_bar(title, min(99, int(share * 100)), 100)


commands = [wa_window]
