"""Back up a site before the test, and restore it afterwards: database, files, configuration.

`keep.py SITE FOLDER keep` and `… put-back`. The folder is inside the site's: after a killed run the next one restores the
site.
"""

import gzip
import os
import shutil
import subprocess
from pathlib import Path

import frappe
from connection import connected, read, run, write
from frappe.utils.background_jobs import get_queue, get_workers

QUEUES = ("short", "default", "long")
FILES = ("private/files", "public/files")
DATABASE, CONFIG, LISTED = "database.sql.gz", "site_config.json", "files.json"


def main(site: str, folder: Path, what: str) -> None:
	with connected(site):
		{"keep": _keep, "put-back": _put_back}[what](folder)


def _keep(folder: Path) -> None:
	if frappe.db.db_type != "mariadb":
		raise SystemExit("The test needs a site on MariaDB.")
	if _has_workers():
		raise SystemExit(
			"A worker of this bench would send what the test has queued: stop the workers first."
		)
	_drop_jobs()
	folder.mkdir(parents=True)
	write(folder / LISTED, _files())
	shutil.copy(frappe.get_site_path(CONFIG), folder / CONFIG)
	with gzip.open(folder / "unfinished", "wb", compresslevel=1) as kept:
		dump = _client(("mariadb-dump", "mysqldump"), "--single-transaction", stdout=subprocess.PIPE)
		shutil.copyfileobj(dump.stdout, kept)
	if dump.wait():
		raise SystemExit("The site's database could not be kept: see the message above.")
	(folder / "unfinished").rename(folder / DATABASE)


def _put_back(folder: Path) -> None:
	_drop_jobs()
	if (folder / DATABASE).exists():
		_drop_tables()
		with gzip.open(folder / DATABASE) as kept:
			restore = _client(("mariadb", "mysql"), stdin=subprocess.PIPE)
			shutil.copyfileobj(kept, restore.stdin)
			restore.stdin.close()
		if restore.wait():
			raise SystemExit(f"The site's database could not be put back: it is in {folder / DATABASE}.")
		for name in set(_files()) - set(read(folder / LISTED)):
			Path(frappe.get_site_path(name)).unlink()
		shutil.copy(folder / CONFIG, frappe.get_site_path(CONFIG))
		frappe.clear_cache()
	shutil.rmtree(folder)


def _client(programs: tuple[str, ...], *options: str, **pipe) -> subprocess.Popen:
	program = next(filter(None, map(shutil.which, programs)), None)
	if not program:
		raise SystemExit(f"MariaDB's {programs[0]} is needed, and is not installed.")
	conf = frappe.conf
	where = ("--host", conf.db_host or "127.0.0.1", "--port", str(conf.db_port or 3306))
	user = conf.get("db_user") or conf.db_name
	return subprocess.Popen(
		(program, *where, "--user", user, *options, conf.db_name),
		env=os.environ | {"MYSQL_PWD": conf.db_password},
		**pipe,
	)


def _drop_tables() -> None:
	frappe.db.sql("set foreign_key_checks = 0")
	for kind, name in frappe.db.sql(
		"select table_type, table_name from information_schema.tables where table_schema = database()"
	):
		frappe.db.sql_ddl(f"drop {'view' if kind == 'VIEW' else 'table'} if exists `{name}`")


def _files() -> list[str]:
	folders = [Path(frappe.get_site_path(folder)) for folder in FILES]
	here = Path(frappe.get_site_path())
	return [str(file.relative_to(here)) for folder in folders for file in folder.rglob("*") if file.is_file()]


def _has_workers() -> bool:
	return any(get_workers(get_queue(name)) for name in QUEUES)


def _drop_jobs() -> None:
	for name in QUEUES:
		for job in get_queue(name).get_jobs():
			if job.kwargs.get("site") == frappe.local.site:
				job.delete()


if __name__ == "__main__":
	run(main)
