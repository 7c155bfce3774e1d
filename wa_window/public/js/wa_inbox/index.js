import "../wa_chat/index.js";
import { WaInbox } from "./element.js";

// Desk may load the bundle more than once; an element can be defined only once.
if (!customElements.get("wa-inbox")) customElements.define("wa-inbox", WaInbox);

export { WaInbox };
