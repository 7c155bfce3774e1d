// The parts of the chat that are loaded on demand (on_demand.js).

export { ChatMenu } from "./chat_menu.js";
export { ChatSearch } from "./chat_search.js";
export { ConsentDialog } from "./consent_dialog.js";
export { contactCards } from "./contact_cards.js";
export { FileSources } from "./file_sources.js";
export { HandOverDialog } from "./hand_over_dialog.js";
export { shrinkImage } from "./image_shrinking.js";
export { Lightbox } from "./lightbox.js";
export { showOtherLeads } from "./other_leads.js";
export { question } from "./question.js";
export { receivedParts } from "./received_parts.js";
export { SaveReplyDialog } from "./save_reply_dialog.js";
export { SplitDialog, splitOffer } from "./split_dialog.js";
export { TemplateDialog } from "./template_dialog.js";
export { voiceNote } from "./voice_note.js";
