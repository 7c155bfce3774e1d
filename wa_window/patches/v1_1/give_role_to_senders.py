from wa_window.frappe_host.records.roles import give_role_to_senders


def execute():
	"""Give the agent's role to users who have sent messages: until 0.1 chats needed only write permission on a lead."""
	give_role_to_senders()
