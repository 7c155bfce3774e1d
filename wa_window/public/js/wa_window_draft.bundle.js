// The form of a template that is written here.
import { refreshDraft } from "./template_draft/draft_form.js";

frappe.provide("wa_window");
wa_window.refresh_draft = refreshDraft;
