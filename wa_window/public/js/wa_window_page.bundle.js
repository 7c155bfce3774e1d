// The page /whatsapp.
import { settings } from "./wa_page/settings.js";
import "./wa_inbox/index.js";
import { pageTransport } from "./wa_page/transport.js";

const inbox = document.createElement("wa-inbox");
inbox.transport = pageTransport(settings);
document.querySelector("main").append(inbox);
