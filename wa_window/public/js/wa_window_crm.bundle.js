import "./wa_chat/index.js";
import { showInCrm } from "./wa_chat/crm.js";

window.wa_window = window.wa_window || {};
window.wa_window.show_in_crm = showInCrm;
