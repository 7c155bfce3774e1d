"""The playground's sample chats: an agent's day. Eight customers wait, their windows end at different times; others are answered,
opted out, or have never written."""

from wa_window.chat.panel import Panel

from .host import EmbeddedHost
from .host.leads import DOCTYPE
from .twilio_sim import SimulatedTwilio
from .twilio_sim.samples import PDF

MINUTE_MS = 60 * 1000
HOUR_MS = 60 * MINUTE_MS
BEGINS_AGO_MS = 30 * HOUR_MS
SALES = "whatsapp:+622150001234"

LEADS = (
	("Ibu Budi (same number)", "+6281234567890"),
	("Budi Santoso", "0812-3456-7890"),
	("Siti Rahmawati", "+62 857 1112 2233"),
	("I Wayan Sudarma", "+62 819-9988-8777"),
	("Joko Prasetyo", "0811-2233-4455"),
	("Maya Anggraini", "+62 813 5566 7788"),
	("Putri Wulandari", "0877-8899-0011"),
	("Hendra Gunawan", "+62 821-4455-6677"),
	("Rahmat Hidayat", "0812 9988 7766"),
	("Agus Wijaya", "0813 0000 0001"),
	("A lead without a number", ""),
)
# Customer, how long ago, text.
WRITTEN = (
	("wayan", 29 * HOUR_MS, "Selamat siang, apakah unit tipe 45 masih tersedia?"),
	("siti", 23 * HOUR_MS + 34 * MINUTE_MS, "Halo, harga rumah di Depok berapa? Bisa KPR?"),
	("joko", 22 * HOUR_MS + 20 * MINUTE_MS, "Pak, jadi survei lokasi besok jam 10?"),
	("maya", 20 * HOUR_MS + 5 * MINUTE_MS, "Boleh minta brosur cluster Melati?"),
	("hendra", 9 * HOUR_MS, "Halo, apakah masih ada kavling di Bintaro?"),
	("hendra", 8 * HOUR_MS, "Bisa dicicil berapa lama?"),
	("putri", 6 * HOUR_MS, "DP-nya minimal berapa persen ya?"),
	("rahmat", 5 * HOUR_MS, "Brosurnya sudah saya terima, terima kasih."),
	("dewi", 4 * HOUR_MS, "Tolong jangan kirim pesan lagi."),
	("dewi", 4 * HOUR_MS - MINUTE_MS, "STOP"),
	("lina", 2 * HOUR_MS, "Siang, saya lihat iklan rumah subsidi. Syaratnya apa saja?"),
	("budi", 91 * MINUTE_MS, "Halo, apakah rumahnya masih ada?"),
)
# The customer's lead, how long ago, our answer.
ANSWERED = (
	("Hendra Gunawan", 9 * HOUR_MS - 20 * MINUTE_MS, "Masih ada, Pak. Mulai Rp 450 juta."),
	("Rahmat Hidayat", 5 * HOUR_MS - 10 * MINUTE_MS, "Sama-sama, Pak. Kabari bila ada pertanyaan."),
)
# Title, shortcut, text; the last one brings the price list.
QUICK_REPLIES = (
	(
		"Salam",
		"salam",
		"Halo {{ lead_name | Kak }}, terima kasih sudah menghubungi kami. Ada yang bisa kami bantu?",
	),
	(
		"Syarat KPR",
		"kpr",
		"Untuk KPR mohon siapkan:\n- KTP dan KK\n- slip gaji 3 bulan terakhir\n- rekening koran 3 bulan",
	),
	(
		"Daftar harga",
		"harga",
		"Berikut daftar harga terbaru. Unit mana yang diminati, {{ lead_name | Kak }}?",
	),
)


def play(sim: SimulatedTwilio, host: EmbeddedHost) -> None:
	"""Let customers and agent write, each at their time, up to the current time."""
	for lead_name, phone in LEADS:
		host.leads.add(lead_name, phone)
	prices = host.upload("Daftar harga.pdf", PDF)
	for title, shortcut, text in QUICK_REPLIES:
		files = (prices,) if shortcut == "harga" else ()
		host.store.add_quick_reply(title, text, shortcut, files=files)
	day = [(ago_ms, who, body, False) for who, ago_ms, body in WRITTEN]
	day += [(ago_ms, who, body, True) for who, ago_ms, body in ANSWERED]
	left_ms = BEGINS_AGO_MS
	for ago_ms, who, body, is_answer in sorted(day, reverse=True):
		sim.clock.advance(left_ms - ago_ms)
		left_ms = ago_ms
		if is_answer:
			_answer(host, who, body)
		else:
			sim.customer_sends(who, SALES, body=body)
		sim.pump()
		host.worker.work()
	sim.clock.advance(left_ms)


def _answer(host: EmbeddedHost, lead_name: str, body: str) -> None:
	lead = next(row["name"] for row in host.leads.all() if row["lead_name"] == lead_name)
	panel = Panel(host)
	panel.reply(DOCTYPE, lead, body, f"demo-{lead}")
	panel.mark_read(str(panel.open(DOCTYPE, lead)["conversation"]))
