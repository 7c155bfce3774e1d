from wa_window.patches.file_names import give_files_unguessable_names


def execute():
	"""Give each file of a message an unguessable name on disk, and a File of its own."""
	give_files_unguessable_names()
