from wa_window.frappe_host.records.roles import give_role_to_senders


def execute():
	"""Until 0.1 whoever might write a lead could chat; now it takes a role, and nobody who chats is to be locked out."""
	give_role_to_senders()
