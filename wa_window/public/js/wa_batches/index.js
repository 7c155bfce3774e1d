// Templates to many: loaded when they are first used.
export { sendFromCrm } from "./crm.js";
export { sendFromList, showInForm } from "./desk.js";
export { Selection } from "./selection.js";
