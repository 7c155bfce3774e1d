// The Desk's page of the inbox.
import "./wa_inbox/index.js";
import { DeskPage } from "./wa_inbox/desk_page.js";

frappe.provide("wa_window");
wa_window.mount_inbox = (wrapper) => new DeskPage(wrapper);
