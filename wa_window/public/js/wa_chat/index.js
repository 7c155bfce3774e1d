import { WaChat } from "./element.js";

// Desk may load the bundle more than once; an element can be defined only once.
if (!customElements.get("wa-chat")) customElements.define("wa-chat", WaChat);

export { httpCalls } from "./http.js";
export { WaChat };
