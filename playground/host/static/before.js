// Before anything is shown: the theme, and the texts in the reader's language.
const language = new URLSearchParams(location.search).get("lang") || "";
document.documentElement.lang = language || "en";
const dark =
	localStorage.getItem("theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
document.documentElement.dataset.theme = dark;
document.write(`<script src="/translations.js?lang=${encodeURIComponent(language)}"><\/script>`);
