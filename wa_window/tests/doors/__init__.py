"""Every door to the chats x every user: what is answered.

world.py says who there is and what each may know; the tables (methods, documents, lists, files, writes) say by which request
somebody might learn or change more. A method or DocType of the app without a row fails `test_completeness`.
"""
