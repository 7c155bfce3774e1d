import "/wa_inbox/index.js";
import { Header } from "./header.js";
import { Phone } from "./phone.js";
import { Story } from "./story.js";
import { fetchState, playgroundTransport, subscribe } from "./transport.js";

const header = new Header(document.getElementById("header"));
const phone = new Phone(document.getElementById("phone"));
const story = new Story(document.getElementById("story"));

async function refresh() {
	const state = await fetchState();
	header.show(state);
	phone.show(state);
	story.show(state);
}

/** As high as what the bar and the story leave. */
function fit() {
	const top = document.querySelector("main").getBoundingClientRect().top + scrollY;
	document.body.style.setProperty("--wi-height", `calc(100dvh - ${Math.ceil(top)}px)`);
}

const above = new ResizeObserver(fit);
for (const { node } of [header, story, phone]) above.observe(node);
subscribe(({ data }) => {
	// Where the playground ends meanwhile, there is nothing to show any more.
	if (JSON.parse(data).about === "chat") refresh().catch(() => {});
});
await refresh();
document.querySelector("wa-inbox").transport = playgroundTransport();
