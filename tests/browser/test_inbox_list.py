"""The list of the inbox: its rows, queues and search, and what happens to it while others work."""

import pytest
from playwright.sync_api import expect

THREE = """
	host.addChat("Siti", {ago: 23.5 * HOUR, body: "Apakah bisa KPR?"});
	host.addChat("Budi", {ago: 3 * HOUR});
	host.addChat("Agus", {ago: 12 * MINUTE, owner: ME});
"""
MANY = "for (let i = 0; i < 100; i++) host.addChat(`Budi ${i}`, {ago: (200 - i) * MINUTE});"


def test_the_chats_stand_in_the_order_in_which_their_windows_close(inbox):
	inbox.open(THREE + 'host.addChat("Old", {ago: 30 * HOUR}); host.addChat("Older", {ago: 40 * HOUR})')
	assert inbox.names() == ["Siti", "Budi", "Agus", "Old", "Older"]


def test_a_row_says_how_long_is_left_or_how_long_the_customer_has_waited(inbox):
	inbox.open(THREE)
	when = inbox.rows.locator(".wi-when")
	expect(when).to_have_text(["29 min left", "waits 3 h", "waits 12 min"])
	inbox.pass_time(60_000)
	expect(when.first).to_have_text("28 min left")


def test_who_has_just_written_waits_for_less_than_a_minute(inbox):
	inbox.open("host.addChat('Budi', {ago: 0})")
	expect(inbox.rows.locator(".wi-when")).to_have_text("waits < 1 min")


def test_a_bar_shows_the_time_left_amber_where_it_is_short(inbox):
	inbox.open(THREE)
	bars = inbox.rows.locator(".wi-bar")
	assert [bars.nth(index).get_attribute("data-colour") for index in range(2)] == ["orange", "green"]
	widths = [bars.nth(index).locator("span").evaluate("bar => bar.style.inlineSize") for index in range(2)]
	assert widths == ["2.1%", "87.5%"]


@pytest.mark.parametrize(
	("last", "shown"),
	[
		("host.receive(c, 'Masih ada?')", "Masih ada?"),
		("host.send(c, 'Masih ada, Pak.')", "DeliveredYou:Masih ada, Pak."),
		("host.send(c, 'Baik', {author: 'Andi Pratama', delivery_status: 'read'})", "ReadAndi:Baik"),
		("host.send(c, 'Siang', {delivery_status: 'failed'})", "FailedYou:Siang"),
		("host.receive(c, '', {kind: 'image'})", "Photo"),
		("host.receive(c, '', {kind: 'unsupported'})", "Message"),
	],
)
def test_a_row_says_who_wrote_what_and_whether_it_arrived(inbox, last, shown):
	inbox.open(f"const c = host.addChat('Budi', {{ago: HOUR}}).name; {last}")
	inbox.queue("All").click()
	inbox.wait()
	expect(inbox.row("Budi").locator(".wi-preview")).to_have_text(shown)


def test_a_row_shows_the_unread_messages_and_the_owner(inbox):
	inbox.open(THREE + 'for (let i = 0; i < 120; i++) host.receive("C-Agus", "Halo")')
	expect(inbox.row("Agus").locator(".wi-unread")).to_have_text("99+unread")
	expect(inbox.row("Agus")).to_contain_text("Owner: Rina Wijaya")


def test_a_queue_shows_its_chats_and_their_count(inbox):
	inbox.open(THREE + 'host.send("C-Budi", "Baik")')
	expect(inbox.queue("Needs reply")).to_have_text("Needs reply2")
	expect(inbox.queue("Needs reply")).to_have_attribute("aria-pressed", "true")
	inbox.queue("Mine").click()
	inbox.wait()
	assert inbox.names() == ["Agus"]
	inbox.queue("All").click()
	inbox.wait()
	assert inbox.names() == ["Siti", "Budi", "Agus"]


def test_a_chip_narrows_the_queue_and_a_second_press_ends_that(inbox):
	inbox.open(THREE)
	inbox.chip("Closing soon").click()
	inbox.wait()
	assert inbox.names() == ["Siti"]
	inbox.chip("Closing soon").click()
	inbox.wait()
	assert inbox.names() == ["Siti", "Budi", "Agus"]


def test_a_choice_of_numbers_where_there_are_several(inbox):
	inbox.open(THREE)
	senders = inbox.root.get_by_label("Your number").first
	expect(senders).to_be_hidden()
	inbox.do('host.addChat("Wei", {business: "whatsapp:+6560001000", label: "Sales SG"})')
	inbox.pass_time(3000)
	senders.select_option(label="Sales SG")
	inbox.wait()
	assert inbox.names() == ["Wei"]


def test_a_search_looks_in_all_chats_once_one_stops_typing(inbox):
	inbox.open(THREE + 'host.send("C-Siti", "Bisa, Bu")')
	inbox.forget_calls()
	inbox.search.press_sequentially("siti")
	inbox.wait()
	[call] = inbox.calls("inbox.chats")
	assert (call["args"]["queue"], call["args"]["search"]) == ("all", "siti")
	assert inbox.names() == ["Siti"]
	inbox.press("Enter")
	expect(inbox.title).to_have_text("Siti")


def test_escape_ends_the_search_then_leaves_its_field(inbox):
	inbox.open(THREE)
	inbox.search.fill("siti")
	inbox.wait()
	inbox.press("Escape")
	assert inbox.names() == ["Siti", "Budi", "Agus"]
	expect(inbox.search).to_be_focused()
	inbox.press("Escape")
	expect(inbox.list).to_be_focused()


def test_a_search_goes_on_by_itself_then_a_person_says_whether_it_goes_on(inbox):
	inbox.open(THREE)
	inbox.page.evaluate(
		"""() => {
			const { call } = host.transport;
			inbox.transport.call = async (method, args, options) => {
				const answer = await call(method, { ...args, after: "" }, options);
				if (!args.search) return answer;
				const part = Number(args.after || 0) + 1;
				return part === 15 ? answer : { ...answer, chats: [], next: String(part) };
			};
		}"""
	)
	inbox.forget_calls()
	inbox.search.fill("siti")
	inbox.wait()
	go_on = inbox.root.get_by_role("button", name="Search older chats")
	expect(go_on).to_be_visible()
	assert len(inbox.calls("inbox.chats")) == 11
	assert inbox.names() == []
	inbox.pass_time(3000)
	expect(inbox.root.get_by_text("Nothing found so far")).to_be_visible()
	go_on.click()
	inbox.wait()
	expect(go_on).to_be_hidden()
	assert inbox.names() == ["Siti"]


def test_the_answer_to_an_earlier_search_does_not_replace_the_later_one(inbox):
	inbox.open(THREE)
	inbox.page.evaluate(
		"""() => {
			const { call } = host.transport;
			inbox.transport.call = async (method, args, options) => {
				const answer = await call(method, args, options);
				if (args.search === "siti") await new Promise((resolve) => setTimeout(resolve, 1000));
				return answer;
			};
		}"""
	)
	inbox.search.fill("siti")
	inbox.page.clock.run_for(300)
	inbox.search.fill("budi")
	inbox.pass_time(2000)
	assert inbox.names() == ["Budi"]


def test_only_what_is_seen_is_drawn_and_more_is_loaded_as_one_scrolls(inbox):
	inbox.open(MANY)
	assert inbox.rows.count() < 30
	for _ in range(12):
		inbox.list.evaluate("list => { list.scrollTop = list.scrollHeight }")
		inbox.wait()
	expect(inbox.rows.last.locator(".wi-name")).to_have_text("Budi 99")
	assert inbox.rows.count() < 30
	assert inbox.rows.last.get_attribute("aria-setsize") == "100"
	assert len(inbox.calls("inbox.chats")) == 4


def test_a_row_that_is_on_two_pages_is_shown_once(inbox):
	"""A chat moves down between the two calls."""
	inbox.open(MANY)
	inbox.page.evaluate("() => { host.notify = () => {}; host.receive('C-Budi 0', 'Halo') }")
	for _ in range(12):
		inbox.list.evaluate("list => { list.scrollTop = list.scrollHeight }")
		inbox.wait()
	loaded = inbox.page.evaluate("inbox.queue.rows.map((row) => row.conversation)")
	assert len(loaded) == len(set(loaded)) > 90


def test_a_new_chat_appears_by_itself_where_nobody_is_at_the_list(inbox):
	inbox.open(THREE)
	inbox.do('host.addChat("Dewi", {ago: 20 * HOUR})')
	inbox.pass_time(3000)
	assert inbox.names() == ["Siti", "Dewi", "Budi", "Agus"]


def test_nothing_moves_under_the_pointer(inbox):
	inbox.open(THREE)
	inbox.row("Budi").hover()
	inbox.do("""for (const name of ["Dewi", "Tono", "Lina"]) host.addChat(name, {ago: 20 * HOUR});
		host.receive("C-Agus", "Halo?")""")
	inbox.pass_time(3000)
	assert inbox.names() == ["Siti", "Budi", "Agus"]
	expect(inbox.row("Agus").locator(".wi-preview")).to_have_text("Halo?")
	new = inbox.root.get_by_role("button", name="3 new")
	expect(new).to_be_visible()
	new.click()
	inbox.wait()
	assert inbox.names() == ["Siti", "Dewi", "Tono", "Lina", "Budi", "Agus"]
	expect(new).to_be_hidden()


def test_what_waits_is_shown_when_the_pointer_leaves(inbox):
	inbox.open(THREE)
	inbox.row("Budi").hover()
	inbox.do('host.addChat("Dewi", {ago: 20 * HOUR})')
	inbox.pass_time(3000)
	inbox.page.mouse.move(900, 400)
	inbox.wait()
	assert inbox.names() == ["Siti", "Dewi", "Budi", "Agus"]


def test_a_chat_that_a_colleague_answered_fades_under_the_pointer_and_goes_later(inbox):
	inbox.open(THREE)
	inbox.row("Budi").hover()
	inbox.do("host.send('C-Siti', 'Bisa', {author: 'Andi Pratama'}); host.notify()")
	inbox.pass_time(3000)
	assert inbox.names() == ["Siti", "Budi", "Agus"]
	assert "wi-row-gone" in inbox.row("Siti").get_attribute("class")
	inbox.page.mouse.move(900, 400)
	inbox.wait()
	assert inbox.names() == ["Budi", "Agus"]


def test_the_open_chat_stays_in_the_list_until_another_one_is_opened(inbox):
	inbox.open(THREE)
	inbox.row("Budi").click()
	inbox.page.mouse.move(900, 400)
	inbox.do("host.send('C-Budi', 'Baik', {author: 'Andi Pratama'}); host.notify()")
	inbox.pass_time(3000)
	assert inbox.names() == ["Siti", "Budi", "Agus"]
	inbox.press("j")
	expect(inbox.title).to_have_text("Agus")
	assert inbox.names() == ["Siti", "Agus"]


def test_many_events_are_one_call(inbox):
	inbox.open(THREE)
	inbox.forget_calls()
	inbox.do("for (let i = 0; i < 50; i++) host.receive('C-Budi', `${i}`)")
	inbox.pass_time(3000)
	assert len(inbox.calls("inbox.chats")) == 1


def test_messages_that_come_all_the_time_do_not_keep_the_list_from_being_fetched(inbox):
	inbox.open(THREE)
	inbox.forget_calls()
	for number in range(40):
		inbox.page.evaluate(f"host.receive('C-Budi', '{number}')")
		inbox.page.clock.run_for(250)
	assert 3 <= len(inbox.calls("inbox.chats")) <= 6


def test_a_markup_in_names_and_messages_is_text(inbox):
	inbox.open('host.addChat("<b>Budi</b>", {body: "<img src=x onerror=alert(1)>"})')
	expect(inbox.rows.locator(".wi-name")).to_have_text("<b>Budi</b>")
	expect(inbox.rows.locator(".wi-preview")).to_have_text("<img src=x onerror=alert(1)>")
	expect(inbox.rows.locator("img, b")).to_have_count(0)
