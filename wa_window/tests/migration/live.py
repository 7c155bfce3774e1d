"""Post webhooks while the site migrates, to processes that still run the released version, one after the other until the
file `stop` exists. Each is recorded with its answer and duration."""

import json
import secrets
import time
from pathlib import Path
from urllib.parse import urlencode

from connection import read, run
from frappe.utils import get_test_client
from twilio.request_validator import RequestValidator

PAUSE_S = 0.2
LONGEST_S = 30 * 60
STATUSES = ("delivered", "read")


def main(site: str, folder: Path) -> None:
	filled = read(folder / "filled.json")
	live, webhook = filled["live"], filled["webhook"]
	messages, began = list(live["statuses"].items()), time.monotonic()
	with (folder / "live.jsonl").open("w") as noted:
		number = 0
		while not (folder / "stop").exists() and time.monotonic() - began < LONGEST_S:
			sid = "SM" + secrets.token_hex(16)
			written = _post(site, webhook, "inbound", _inbound(sid, number, live, webhook))
			name, known_sid = messages[number % len(messages)]
			status = STATUSES[min(number // len(messages), 1)]
			report = _status(known_sid, status, live, webhook)
			reported = _post(site, webhook, f"status?message={name}", report)
			for kind, (code, seconds) in (("inbound", written), ("status", reported)):
				entry = {"kind": kind, "sid": sid, "number": number, "code": code, "seconds": seconds}
				noted.write(json.dumps(entry) + "\n")
			noted.flush()
			number += 1
			time.sleep(PAUSE_S)


def _inbound(sid: str, number: int, live: dict, webhook: dict) -> dict:
	return {
		"MessageSid": sid,
		"SmsStatus": "received",
		"AccountSid": webhook["account"],
		"From": live["customer"],
		"To": live["business"],
		"Body": f"Live {number}",
		"NumMedia": "0",
		"MessageType": "text",
	}


def _status(sid: str, status: str, live: dict, webhook: dict) -> dict:
	return {
		"MessageSid": sid,
		"MessageStatus": status,
		"AccountSid": webhook["account"],
		"From": live["business"],
		"To": live["customer"],
	}


def _post(site: str, webhook: dict, endpoint: str, form: dict) -> tuple[int, float]:
	path = f"/api/method/wa_window.api.webhook.{endpoint}"
	signature = RequestValidator(webhook["token"]).compute_signature(webhook["url"] + path, form)
	headers = {"X-Frappe-Site-Name": site, "X-Twilio-Signature": signature, "Host": site}
	headers["Content-Type"] = "application/x-www-form-urlencoded"
	began = time.monotonic()
	with get_test_client().post(path, data=urlencode(form), headers=headers) as response:
		response.get_data()
		return response.status_code, time.monotonic() - began


if __name__ == "__main__":
	run(main)
