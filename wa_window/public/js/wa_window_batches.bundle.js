// Templates to many, loaded on demand on every page of a site.
import * as batches from "./wa_batches/index.js";

window.wa_window = window.wa_window || {};
window.wa_window.batches = batches;
