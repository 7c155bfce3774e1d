// The page /whatsapp, and /whatsapp?chat=… with a chat that is opened.
import { settings } from "./wa_page/settings.js";
import "./wa_inbox/index.js";
import { capped } from "./wa_inbox/row.js";
import { pageTransport } from "./wa_page/transport.js";

const { title } = document;
const inbox = document.createElement("wa-inbox");
inbox.addEventListener("wa-inbox-count", ({ detail: { count } }) => {
	document.title = count ? `(${capped(count)}) ${title}` : title;
});
inbox.transport = pageTransport(settings);
document.querySelector("main").append(inbox);

const chat = new URLSearchParams(location.search).get("chat");
if (chat) {
	history.replaceState(history.state, "", location.pathname);
	inbox.openConversation(chat);
}
