// Loaded before the page is shown: the theme and the language, as the page around it or the reader has chosen.
const chosen = new URLSearchParams(location.search);
document.documentElement.lang = chosen.get("lang") || "en";
document.documentElement.dir = /^(ar|fa|he|ur)\b/.test(document.documentElement.lang) ? "rtl" : "ltr";
if (chosen.get("theme")) document.documentElement.dataset.theme = chosen.get("theme");
document.write(
	`<script src="/translations.js?lang=${encodeURIComponent(document.documentElement.lang)}"></script>`,
);
