"""Frappe's WSGI application for gunicorn, with the site WA_WINDOW_SITE for every host name."""

import os

from frappe.app import application as frappe_application

SITE = os.environ["WA_WINDOW_SITE"]


def application(environ, start_response):
	return frappe_application(environ | {"HTTP_X_FRAPPE_SITE_NAME": SITE}, start_response)
