// The parts of the chat that are loaded on demand (on_demand.js).

export { ChatSearch } from "./chat_search.js";
export { contactCards } from "./contact_cards.js";
export { HandOverDialog } from "./hand_over_dialog.js";
export { Lightbox } from "./lightbox.js";
export { receivedParts } from "./received_parts.js";
export { TemplateDialog } from "./template_dialog.js";
export { voiceNote } from "./voice_note.js";
