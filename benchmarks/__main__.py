"""`python -m benchmarks NAME… [--bench … --site …]`."""

import argparse

from . import (
	batches,
	chats,
	dispatch,
	growth,
	imports,
	inbox,
	inbox_lists,
	installing,
	on_screen,
	panel,
	patch,
	webhook,
	webhook_before,
)

ON_A_SITE = {
	"webhook": webhook.measure,
	"webhook_before": webhook_before.measure,
	"chats": chats.measure,
	"inbox_lists": inbox_lists.measure,
	"on_screen": on_screen.measure,
	"patch": patch.measure,
	"imports": imports.measure,
	"installing": installing.measure,
	"growth": growth.measure,
	"dispatch": dispatch.measure,
	"batches": batches.measure,
	"panel": panel.measure,
}
WITHOUT_A_SITE = {"panel": panel.measure, "inbox": inbox.measure}


def main() -> None:
	options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
	options.add_argument("names", nargs="*")
	options.add_argument("--bench", default="")
	options.add_argument("--site", default="")
	given = options.parse_args()
	if not given.bench:
		for name in given.names or WITHOUT_A_SITE:
			WITHOUT_A_SITE[name]()
		return
	for name in given.names or [name for name in ON_A_SITE if name != "installing"]:
		ON_A_SITE[name](given.bench, given.site)


if __name__ == "__main__":
	main()
