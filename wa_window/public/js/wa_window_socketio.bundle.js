// Frappe's own client of its socket.io server, from its node_modules, for the page /whatsapp.
import { io } from "socket.io-client";

window.wa_window = { ...window.wa_window, io };
