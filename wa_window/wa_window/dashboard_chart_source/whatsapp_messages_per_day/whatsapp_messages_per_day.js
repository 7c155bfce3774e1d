frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["WhatsApp Messages per Day"] = {
	method: "wa_window.api.charts.messages_per_day",
	filters: [],
};
