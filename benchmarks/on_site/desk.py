"""The site for gunicorn with the Desk's static files, which a web server would serve in production."""

import os

from frappe.app import application_with_statics

SITE = os.environ["WA_WINDOW_SITE"]
served = application_with_statics()


def application(environ, start_response):
	return served(environ | {"HTTP_X_FRAPPE_SITE_NAME": SITE}, start_response)
