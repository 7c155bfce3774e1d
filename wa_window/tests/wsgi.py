"""Frappe for gunicorn, answering for the site WA_WINDOW_SITE by whatever host name it is asked."""

import os

from frappe.app import application as frappe_application

SITE = os.environ["WA_WINDOW_SITE"]


def application(environ, start_response):
	return frappe_application(environ | {"HTTP_X_FRAPPE_SITE_NAME": SITE}, start_response)
