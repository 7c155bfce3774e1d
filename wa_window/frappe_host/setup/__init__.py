"""Installation and uninstallation: custom fields, form scripts, defaults."""
