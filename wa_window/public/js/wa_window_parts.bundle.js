// What the chat loads on demand, on every page of a site.
import * as parts from "./wa_chat/parts.js";

window.wa_window = window.wa_window || {};
window.wa_window.parts = parts;
