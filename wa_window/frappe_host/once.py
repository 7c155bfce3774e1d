"""Do something at most once in a time span, for all processes of this site: by Redis keys that expire."""

import frappe


def first_in(key: bytes, seconds: int) -> bool:
	"""Whether this call is the first within `seconds`. Redis expires a key by the system's clock: if that was set back, a
	key with too long a time to live is set again. Raises RedisError."""
	with frappe.cache.pipeline(transaction=False) as both:  # a webhook waits for the answer
		both.set(key, 1, nx=True, ex=seconds)
		both.ttl(key)
		is_first, left_s = both.execute()
	if is_first or left_s <= seconds:
		return bool(is_first)
	# nosemgrep: frappe-cache-breaks-multitenancy - the callers' keys hold the site
	frappe.cache.set(key, 1, ex=seconds)
	return True
