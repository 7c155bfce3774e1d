// Loaded before the page is shown: the theme, and the texts in the reader's language.
const language = new URLSearchParams(location.search).get("lang") || "";
document.documentElement.lang = language || "en";
document.documentElement.dir = /^(ar|fa|he|ur)\b/.test(language) ? "rtl" : "ltr";
const theme =
	localStorage.getItem("theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
document.documentElement.dataset.theme = theme;
document.write(`<script src="/translations.js?lang=${encodeURIComponent(language)}"></script>`);
