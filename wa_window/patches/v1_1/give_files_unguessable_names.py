from wa_window.patches.file_names import give_files_unguessable_names


def execute():
	"""Each file of a message has a name on the disk that nobody can guess, and a File of its own."""
	give_files_unguessable_names()
