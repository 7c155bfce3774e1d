"""Files of messages on this site's disk, and who may read them."""
