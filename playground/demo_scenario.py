"""The playground's sample chats: leads whose windows are open, closing, closed, opted out, and never opened."""

from .host import EmbeddedHost
from .twilio_sim import SimulatedTwilio

MINUTE_MS = 60 * 1000
HOUR_MS = 60 * MINUTE_MS
BEGINS_AGO_MS = 30 * HOUR_MS
SALES = "whatsapp:+622150001234"

LEADS = (
	("Ibu Budi (same number)", "+6281234567890"),
	("Budi Santoso", "0812-3456-7890"),
	("Siti Rahmawati", "+62 857 1112 2233"),
	("I Wayan Sudarma", "+62 819-9988-8777"),
	("Agus Wijaya", "0813 0000 0001"),
	("A lead without a number", ""),
)
# Customer, how long ago, text.
WRITTEN = (
	("wayan", 29 * HOUR_MS, "Selamat siang, apakah unit tipe 45 masih tersedia?"),
	("siti", 22 * HOUR_MS + 30 * MINUTE_MS, "Halo, saya mau tanya harga rumah di Depok."),
	("dewi", 4 * HOUR_MS, "Tolong jangan kirim pesan lagi."),
	("dewi", 4 * HOUR_MS - MINUTE_MS, "STOP"),
	("budi", 91 * MINUTE_MS, "Halo, apakah rumahnya masih ada?"),
)


def play(sim: SimulatedTwilio, host: EmbeddedHost) -> None:
	"""Let the customers write, each at their time, up to the current time."""
	for lead_name, phone in LEADS:
		host.leads.add(lead_name, phone)
	left_ms = BEGINS_AGO_MS
	for customer, ago_ms, body in WRITTEN:
		sim.clock.advance(left_ms - ago_ms)
		left_ms = ago_ms
		sim.customer_sends(customer, SALES, body=body)
		sim.pump()
		host.work()
	sim.clock.advance(left_ms)
