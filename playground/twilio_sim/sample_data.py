"""The initial data of the simulated Twilio: two business numbers, some customers, some content templates. All made up."""

from .contents import Content
from .records import Customer, MessagingService, Sender


def senders() -> list[Sender]:
	return [
		Sender(
			"whatsapp:+622150001234",
			"Sales",
			messaging_service_sid="MG" + "5" * 32,
			advanced_opt_out=True,
		),
		Sender("whatsapp:+622150005678", "Service"),
	]


def services() -> list[MessagingService]:
	return [MessagingService("MG" + "5" * 32, "Penjualan")]


def customers() -> list[Customer]:
	return [
		Customer("budi", "Budi Santoso", "+6281234567890", "ID.20817740012345"),
		Customer("siti", "Siti Rahmawati", "+6285711122233", "ID.20817740054321"),
		Customer("wayan", "I Wayan Sudarma", "+6281999888777"),
		Customer("dewi", "Dewi Lestari", "", "ID.20817740099887", hide_number=True),
		Customer("joko", "Joko Prasetyo", "+6281122334455"),
		Customer("maya", "Maya Anggraini", "+6281355667788", "ID.20817740011223"),
		Customer("putri", "Putri Wulandari", "+6287788990011"),
		Customer("hendra", "Hendra Gunawan", "+6282144556677"),
		Customer("lina", "Lina Kusuma", "+6281277889900", "ID.20817740044556"),
		Customer("rahmat", "Rahmat Hidayat", "+6281299887766"),
		Customer("agus", "Agus (tanpa WhatsApp)", "+6281300000001", on_whatsapp=False),
	]


def contents() -> list[Content]:
	return [
		Content(
			_sid(1),
			"tindak_lanjut",
			"id",
			{
				"twilio/text": {
					"body": "Halo {{1}}, terima kasih sudah menghubungi kami tentang {{2}}. Boleh kami lanjutkan?"
				}
			},
			{"1": "Budi", "2": "rumah di Depok"},
		),
		Content(
			_sid(2),
			"tindak_lanjut",
			"en",
			{"twilio/text": {"body": "Hello {{1}}, thank you for asking about {{2}}. May we continue here?"}},
			{"1": "Budi", "2": "the house in Depok"},
		),
		Content(
			_sid(3),
			"pengingat_janji",
			"id",
			{
				"twilio/text": {
					"body": "Pak/Bu {{name}}, janji temu Anda pada {{date}} pukul {{time}}. Sampai jumpa!"
				}
			},
			{"name": "Siti", "date": "5 Desember", "time": "10.00"},
		),
		Content(
			_sid(4),
			"brosur",
			"id",
			{
				"twilio/media": {
					"body": "Ini brosur {{1}} yang Anda minta.",
					"media": ["https://files.example.com/{{2}}"],
				},
				"twilio/text": {"body": "Ini brosur {{1}} yang Anda minta."},
			},
			{"1": "Cluster Melati", "2": "brosur-melati.pdf"},
			category="MARKETING",
		),
		Content(
			_sid(5),
			"konfirmasi_kunjungan",
			"id",
			{
				"twilio/quick-reply": {
					"body": "Apakah Anda jadi berkunjung pada {{1}}?",
					"actions": [
						{"type": "QUICK_REPLY", "title": "Jadi", "id": "visit_yes"},
						{"type": "QUICK_REPLY", "title": "Ganti hari", "id": "visit_move"},
					],
				}
			},
			{"1": "Sabtu"},
		),
		Content(
			_sid(6),
			"penawaran",
			"id",
			{
				"twilio/card": {
					"title": "Penawaran untuk {{1}}",
					"subtitle": "Berlaku sampai {{2}}",
					"media": ["https://files.example.com/penawaran.jpg"],
					"actions": [
						{"type": "URL", "title": "Lihat", "url": "https://example.com/p/{{1}}"},
						{"type": "QUICK_REPLY", "title": "Hubungi saya", "id": "call_me"},
					],
				}
			},
			{"1": "Budi", "2": "31 Desember"},
			category="MARKETING",
		),
		Content(
			_sid(7),
			"pilih_tipe",
			"id",
			{
				"twilio/list-picker": {
					"body": "Tipe rumah mana yang Anda minati?",
					"button": "Pilih",
					"items": [
						{"id": "t36", "item": "Tipe 36", "description": "2 kamar"},
						{"id": "t45", "item": "Tipe 45", "description": "3 kamar"},
					],
				}
			},
			category="",
			approval_status="unsubmitted",
		),
		Content(
			_sid(8),
			"lokasi_kantor",
			"id",
			{
				"twilio/location": {
					"latitude": -6.2,
					"longitude": 106.816666,
					"label": "Kantor pemasaran",
					"address": "Jl. Jenderal Sudirman, Jakarta",
				}
			},
			category="",
			approval_status="unsubmitted",
		),
		Content(
			_sid(9),
			"survei",
			"id",
			{"twilio/text": {"body": "Bagaimana pelayanan kami, {{1}}? Balas dengan angka 1 sampai 5."}},
			{"1": "Budi"},
			approval_status="pending",
		),
		Content(
			_sid(10),
			"promo_akhir_tahun",
			"id",
			{"twilio/text": {"body": "{{1}} DISKON BESAR!!! Klik sekarang juga {{2}}"}},
			{"1": "Budi", "2": "example.com"},
			category="MARKETING",
			approval_status="rejected",
			rejection_reason="Variables can't be at the start or end of the template.",
		),
		Content(
			_sid(11),
			"pilihan_rumah",
			"id",
			{
				"twilio/carousel": {
					"body": "Rumah pilihan untuk {{1}}:",
					"cards": [
						{
							"title": f"Tipe {size}",
							"body": "2 kamar, siap huni",
							"media": f"https://files.example.com/tipe-{size}.jpg",
							"actions": [{"type": "QUICK_REPLY", "title": "Pilih", "id": f"t{size}"}],
						}
						for size in (36, 45)
					],
				}
			},
			{"1": "Budi"},
			category="MARKETING",
		),
		Content(
			_sid(12),
			"kode_masuk",
			"id",
			{
				"whatsapp/authentication": {
					"add_security_recommendation": True,
					"code_expiration_minutes": 5,
					"actions": [{"type": "COPY_CODE", "copy_code_text": "Salin kode"}],
				}
			},
			{"1": "123456"},
			category="AUTHENTICATION",
		),
		Content(
			_sid(13),
			"jadwalkan_kunjungan",
			"id",
			{
				"twilio/flows": {
					"body": "Kapan Anda ingin berkunjung, {{1}}?",
					"button_text": "Pilih waktu",
					"subtitle": "Kurang dari satu menit",
					"type": "OTHER",
					"pages": [],
				}
			},
			{"1": "Budi"},
		),
	]


def contents_of(site: str) -> list[Content]:
	"""Templates whose file comes from this site: its URL, without a slash at the end, is their static part."""
	return [
		Content(
			_sid(20),
			"dokumen_anda",
			"id",
			{
				"twilio/media": {
					"body": "Halo {{1}}, berikut dokumen yang Anda minta.",
					"media": [f"{site}/{{{{2}}}}"],
				}
			},
			{"1": "Budi", "2": "contoh.pdf"},
		),
		Content(
			_sid(21),
			"foto_unit",
			"id",
			{
				"whatsapp/card": {
					"body": "Foto terbaru {{1}}. Ingin melihat langsung?",
					"media": [f"{site}/{{{{2}}}}"],
					"actions": [{"type": "QUICK_REPLY", "title": "Mau", "id": "visit"}],
				}
			},
			{"1": "Cluster Melati", "2": "contoh.jpg"},
			category="MARKETING",
		),
	]


def _sid(number: int) -> str:
	return f"HX{number:032x}"
