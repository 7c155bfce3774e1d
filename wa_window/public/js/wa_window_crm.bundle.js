import "./wa_chat/index.js";
import { askInCrm, showInCrm } from "./wa_chat/crm.js";

window.wa_window = window.wa_window || {};
window.wa_window.show_in_crm = showInCrm;
window.wa_window.ask_in_crm = askInCrm;
