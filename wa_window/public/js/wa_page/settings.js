// What the page's HTML brings (frappe_host/desk/chat_page.py), and Desk's `__`, which the inbox's scripts call.

export const settings = JSON.parse(document.getElementById("settings").textContent);

window.__ = (text, values = []) =>
	(settings.translations[text] ?? text).replace(/\{(\d+)\}/g, (blank, index) => values[index] ?? blank);
