"""Frappe's Contact is a record with a chat: its numbers are the rows of a child table."""

import frappe

from wa_window.frappe_host.desk import list_filters
from wa_window.frappe_host.desk.details.record import record
from wa_window.frappe_host.setup import install
from wa_window.tests.site_case import AGENT, OTHER_AGENT, Panel, SiteCase

