// The page /whatsapp; /whatsapp?chat=… with a chat that is opened, /whatsapp?batch=… with those that answered a template to many.
import { settings } from "./wa_page/settings.js";
import "./wa_inbox/index.js";
import { capped } from "./wa_chat/counts.js";
import { listenForAlerts } from "./wa_inbox/alerts.js";
import { showAnswers } from "./wa_inbox/answers.js";
import { PageSocket } from "./wa_page/socket.js";
import { pageTransport } from "./wa_page/transport.js";

const { title } = document;
const inbox = document.createElement("wa-inbox");
inbox.addEventListener("wa-inbox-count", ({ detail: { count } }) => {
	document.title = count ? `(${capped(count)}) ${title}` : title;
});
const socket = new PageSocket(settings);
inbox.transport = pageTransport(settings, socket);
document.querySelector("main").append(inbox);

listenForAlerts(socket, (conversation) => inbox.openConversation(conversation));

const wanted = new URLSearchParams(location.search);
const [chat, batch] = [wanted.get("chat"), wanted.get("batch")];
if (chat || batch) history.replaceState(history.state, "", location.pathname);
if (chat) inbox.openConversation(chat);
if (batch) showAnswers(inbox, batch);
