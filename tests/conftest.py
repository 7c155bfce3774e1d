import os

# The tests in tests/desk drive a real site's Desk: `make bench-test` starts one and says here where it is.
collect_ignore = [] if "WA_WINDOW_DESK" in os.environ else ["desk"]
