-- The tables that a chat needs, on SQLite. Times are epoch milliseconds, UTC; 0 means absent.

CREATE TABLE IF NOT EXISTS conversation (
	name TEXT PRIMARY KEY,
	customer TEXT NOT NULL,
	business_address TEXT NOT NULL,
	customer_address TEXT NOT NULL,
	customer_phone TEXT NOT NULL DEFAULT '',
	customer_user_id TEXT NOT NULL DEFAULT '',
	customer_parent_id TEXT NOT NULL DEFAULT '',
	profile_name TEXT NOT NULL DEFAULT '',
	lead_doctype TEXT NOT NULL DEFAULT '',
	lead TEXT NOT NULL DEFAULT '',
	lead_problem TEXT NOT NULL DEFAULT '',
	lead_claimed_at_ms INTEGER NOT NULL DEFAULT 0,
	last_inbound_at_ms INTEGER NOT NULL DEFAULT 0,
	last_message_at_ms INTEGER NOT NULL DEFAULT 0,
	last_message_preview TEXT NOT NULL DEFAULT '',
	provider_closed_at_ms INTEGER NOT NULL DEFAULT 0,
	blocked_at_ms INTEGER NOT NULL DEFAULT 0,
	opted_out INTEGER NOT NULL DEFAULT 0,
	opt_out_changed_at_ms INTEGER NOT NULL DEFAULT 0,
	waiting_since_ms INTEGER NOT NULL DEFAULT 0,
	done_until_ms INTEGER NOT NULL DEFAULT 0,
	snoozed_until_ms INTEGER NOT NULL DEFAULT 0,
	last_stored_at_ms INTEGER NOT NULL DEFAULT 0,
	failed_at_ms INTEGER NOT NULL DEFAULT 0,
	earlier_number INTEGER NOT NULL DEFAULT 0,
	ad_title TEXT NOT NULL DEFAULT '',
	ad_id TEXT NOT NULL DEFAULT '',
	ad_at_ms INTEGER NOT NULL DEFAULT 0,
	ad_url TEXT NOT NULL DEFAULT '',
	ad_click_id TEXT NOT NULL DEFAULT '',
	consent_source TEXT NOT NULL DEFAULT '',
	consent_at_ms INTEGER NOT NULL DEFAULT 0,
	consent_note TEXT NOT NULL DEFAULT '',
	consent_by TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX IF NOT EXISTS conversation_pair ON conversation (customer, business_address);
CREATE INDEX IF NOT EXISTS conversation_user ON conversation (customer_user_id, business_address);
CREATE INDEX IF NOT EXISTS conversation_parent ON conversation (customer_parent_id, business_address);
CREATE INDEX IF NOT EXISTS conversation_lead ON conversation (lead_doctype, lead);
CREATE INDEX IF NOT EXISTS conversation_waiting ON conversation (last_inbound_at_ms, name) WHERE waiting_since_ms > 0;

CREATE TABLE IF NOT EXISTS message (
	position INTEGER PRIMARY KEY AUTOINCREMENT,
	name TEXT NOT NULL UNIQUE,
	conversation TEXT NOT NULL,
	direction TEXT NOT NULL,
	kind TEXT NOT NULL,
	body TEXT NOT NULL,
	sent_at_ms INTEGER NOT NULL,
	sent_at_source TEXT NOT NULL,
	delivery_status TEXT NOT NULL,
	owner TEXT NOT NULL DEFAULT '',
	message_sid TEXT UNIQUE,
	error_code TEXT NOT NULL DEFAULT '',
	error_reason TEXT NOT NULL DEFAULT '',
	error_text TEXT NOT NULL DEFAULT '',
	content_template TEXT NOT NULL DEFAULT '',
	content_variables TEXT NOT NULL DEFAULT '',
	replied_to_sid TEXT NOT NULL DEFAULT '',
	client_key TEXT UNIQUE,
	attempts INTEGER NOT NULL DEFAULT 0,
	claimed_at_ms INTEGER NOT NULL DEFAULT 0,
	next_attempt_at_ms INTEGER NOT NULL DEFAULT 0,
	stored_at_ms INTEGER NOT NULL DEFAULT 0,
	follow_up TEXT NOT NULL DEFAULT '',
	status_times TEXT NOT NULL DEFAULT '{}',
	raw TEXT NOT NULL DEFAULT '{}',
	sent_outside INTEGER NOT NULL DEFAULT 0,
	no_answer_needed INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS message_conversation ON message (conversation, sent_at_ms, position);
CREATE INDEX IF NOT EXISTS message_outbox ON message (delivery_status, next_attempt_at_ms);
CREATE INDEX IF NOT EXISTS message_follow_up ON message (follow_up);

CREATE TABLE IF NOT EXISTS media (
	name TEXT PRIMARY KEY,
	message TEXT NOT NULL,
	position INTEGER NOT NULL,
	url TEXT NOT NULL,
	type TEXT NOT NULL,
	size INTEGER NOT NULL,
	file TEXT NOT NULL,
	state TEXT NOT NULL,
	filename TEXT NOT NULL,
	attempts INTEGER NOT NULL DEFAULT 0,
	next_attempt_at_ms INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS media_message ON media (message, position);
CREATE INDEX IF NOT EXISTS media_waiting ON media (state, next_attempt_at_ms);

CREATE TABLE IF NOT EXISTS file (
	name TEXT PRIMARY KEY,
	file_name TEXT NOT NULL,
	type TEXT NOT NULL,
	content BLOB NOT NULL
);

CREATE TABLE IF NOT EXISTS read_state (
	user TEXT NOT NULL,
	conversation TEXT NOT NULL,
	seen_until_ms INTEGER NOT NULL,
	PRIMARY KEY (user, conversation)
);

CREATE TABLE IF NOT EXISTS first_opening (user TEXT PRIMARY KEY, at_ms INTEGER NOT NULL);

CREATE TABLE IF NOT EXISTS erased (message_sid TEXT PRIMARY KEY);

CREATE TABLE IF NOT EXISTS opt_out (
	name TEXT PRIMARY KEY,
	opted_out INTEGER NOT NULL,
	opt_out_changed_at_ms INTEGER NOT NULL,
	blocked_at_ms INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS template (
	content_sid TEXT PRIMARY KEY,
	friendly_name TEXT NOT NULL,
	language TEXT NOT NULL,
	content TEXT NOT NULL
);

-- `files` is a JSON list of the names of rows of `file`; without an owner it is everybody's.
CREATE TABLE IF NOT EXISTS quick_reply (
	name TEXT PRIMARY KEY,
	owner TEXT NOT NULL,
	title TEXT NOT NULL,
	shortcut TEXT NOT NULL,
	text TEXT NOT NULL,
	files TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS lead (
	name TEXT PRIMARY KEY,
	lead_name TEXT NOT NULL,
	phone TEXT NOT NULL,
	wa_phone TEXT NOT NULL,
	wa_ad TEXT NOT NULL DEFAULT '',
	position INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS lead_wa_phone ON lead (wa_phone, position);

-- Templates to many.
CREATE TABLE IF NOT EXISTS batch (
	name TEXT PRIMARY KEY,
	content_template TEXT NOT NULL,
	business_address TEXT NOT NULL,
	owner TEXT NOT NULL,
	status TEXT NOT NULL,
	pause_reason TEXT NOT NULL,
	template_name TEXT NOT NULL,
	record_doctype TEXT NOT NULL,
	field_values TEXT NOT NULL,
	total INTEGER NOT NULL,
	prepared INTEGER NOT NULL,
	to_send INTEGER NOT NULL,
	skipped INTEGER NOT NULL,
	pressed_at_ms INTEGER NOT NULL,
	progress_at_ms INTEGER NOT NULL,
	leased_until_ms INTEGER NOT NULL,
	held_until_ms INTEGER NOT NULL,
	holds INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS batch_status ON batch (status, pressed_at_ms);

CREATE TABLE IF NOT EXISTS batch_row (
	name TEXT PRIMARY KEY,
	batch TEXT NOT NULL,
	position INTEGER NOT NULL,
	record_doctype TEXT NOT NULL,
	record TEXT NOT NULL,
	record_title TEXT NOT NULL,
	conversation TEXT NOT NULL,
	customer TEXT NOT NULL,
	phone TEXT NOT NULL,
	state TEXT NOT NULL,
	reason TEXT NOT NULL,
	reason_detail TEXT NOT NULL,
	body TEXT NOT NULL,
	content_variables TEXT NOT NULL,
	message TEXT NOT NULL,
	handed_over_at_ms INTEGER NOT NULL,
	attempt INTEGER NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS batch_row_position ON batch_row (batch, position);
CREATE INDEX IF NOT EXISTS batch_row_state ON batch_row (batch, state, position);
CREATE INDEX IF NOT EXISTS batch_row_customer ON batch_row (batch, customer);
