"""What happens at most once in some time, for all processes of this site: by marks in Redis that end by themselves."""

import frappe


def first_in(key: bytes, seconds: int) -> bool:
	"""Whether nobody else was the first within `seconds`. Redis ends a mark at a moment of the system's clock: where that was set
	back the mark would last for longer than it may ever do, and is made anew. Raises RedisError."""
	with frappe.cache.pipeline(transaction=False) as both:  # a webhook waits for it
		both.set(key, 1, nx=True, ex=seconds)
		both.ttl(key)
		is_first, left_s = both.execute()
	if is_first or left_s <= seconds:
		return bool(is_first)
	# nosemgrep: frappe-cache-breaks-multitenancy - the callers' keys hold the site
	frappe.cache.set(key, 1, ex=seconds)
	return True
