"""Permission tests: every request that could reach a chat ("door") by every user.

world.py defines the users and what each may know; the tables (methods, documents, lists, files, writes) contain the requests
by which a user might read or change more. A method or DocType of the app without a row fails `test_completeness`.
"""
