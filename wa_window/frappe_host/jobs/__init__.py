"""Background jobs: dispatch, post-processing, fetching files, catch-up with Twilio's list, template sync."""
