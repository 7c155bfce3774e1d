"""Installing and uninstalling: custom fields, scripts of other apps' screens, roles."""
