"""`bench --site SITE wa-window …`: what an admin does from the command line."""

import sys
from collections.abc import Callable

import click
import frappe
from frappe.commands import pass_context
from frappe.utils import update_progress_bar

DAYS = click.IntRange(1, 400)  # Twilio keeps messages for 400 days


@click.group("wa-window")
def wa_window():
	"""WhatsApp chats on leads, inside the customer service window."""


@wa_window.command("catch-up")
@click.option("--days", type=DAYS, default=1, show_default=True, help="How far to look back.")
@pass_context
def catch_up(context, days: int):
	"""Receive what Twilio has and this site has not, and bring statuses up to date."""
	from wa_window.site.catching_up import catch_up_days

	def on_site() -> bool:
		words, complete = catch_up_days(days, told=_progress("Reading Twilio's list"))
		click.echo(f"\n{words}")
		return complete

	_on_sites(context, on_site)


@wa_window.command("verify")
@click.option("--with-twilio", is_flag=True, help="Compare with Twilio's own list too.")
@click.option("--days", type=DAYS, default=7, show_default=True, help="How far to look back at Twilio.")
@click.option("--fix", is_flag=True, help="Set right what differs.")
@pass_context
def verify(context, with_twilio: bool, days: int, fix: bool):
	"""Compute every conversation anew from its messages, and their times for people from those in milliseconds; tell what
	differs. Exit code 1 if anything is left to fix."""
	from wa_window.site import exactness, sent_at, verification

	def on_site() -> bool:
		found = verification.conversations(fix=fix, told=_progress("Verifying conversations"))
		times = sent_at.verify(fix=fix, on_progress=_progress("Verifying times"))
		found += [times] if times else []
		merged = list(exactness.merged_customers())
		if with_twilio:
			found += verification.twilio(days, fix=fix)
		for difference in found:
			click.echo(
				f"{difference.name}  {difference.field}: {difference.stored} is stored, {difference.computed} is right"
			)
		click.echo(f"{len(found)} differences{', set right' if fix and found else ''}.")
		for conversation, customers in merged:
			click.echo(f"{conversation}  holds messages of several customers: {', '.join(customers)}")
		return not merged and (fix or not found)

	_on_sites(context, on_site)


@wa_window.command("doctor")
@pass_context
def doctor(context):
	"""Check everything that receiving and sending need; exit code 1 if a check fails."""
	from wa_window.site import health

	def on_site() -> bool:
		checks = health.checks()
		for check in checks:
			click.echo(f"{'ok  ' if check['ok'] else 'FAIL'}  {check['name']}: {check['words']}")
		return all(check["ok"] for check in checks)

	_on_sites(context, on_site)


@wa_window.command("erase-customer")
@click.argument("conversation")
@pass_context
def erase_customer(context, conversation: str):
	"""Delete all messages, files and names of the customer of a CONVERSATION; the lead stays."""
	from wa_window.site.erasing import erase_customer as erase

	def on_site() -> bool:
		erased = erase(conversation)
		click.echo(
			f"{erased} conversations erased." if erased else f"There is no conversation {conversation}."
		)
		return bool(erased)

	if len(context.sites) > 1:
		sys.exit("A conversation is of one site: name that site.")
	_on_sites(context, on_site)


def _on_sites(context, work: Callable[[], bool]) -> None:
	"""Do it on each of the sites, as Frappe's own commands do, and exit with 1 unless it went well on all.

	Of several sites, those without this app are passed over. Raises SiteNotSpecifiedError where no site is named.
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
