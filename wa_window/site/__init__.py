"""The paths that jobs of version 0.1 have, which may wait in Redis while a site is updated. To be removed after 0.2."""
