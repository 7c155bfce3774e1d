// In every page of the Desk (app_include_js): the lists, whose scripts are no modules, read the table of states here.
import { WINDOW_STATES } from "./wa_chat/window_states.js";

frappe.provide("wa_window");
wa_window.WINDOW_STATES = WINDOW_STATES;
