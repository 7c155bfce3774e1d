/**
 * Frappe's socket.io. Its client is fetched after the page has been shown; what is called until then is done when it is
 * there. Without it the inbox polls.
 */
export class PageSocket {
	constructor({ socketio, socketio_port: port, site }) {
		const { protocol, hostname, origin } = location;
		const host = port ? `${protocol}//${hostname}:${port}` : origin;
		this.pending = [];
		const script = document.createElement("script");
		script.src = socketio;
		script.onload = () => this.connect(`${host}/${site}`);
		requestAnimationFrame(() => document.head.append(script));
	}

	connect(url) {
		this.socket = window.wa_window.io(url, { withCredentials: true });
		for (const [method, args] of this.pending) this.socket[method](...args);
		this.pending = [];
	}

	on(...args) {
		this.do("on", args);
	}

	off(...args) {
		this.do("off", args);
	}

	emit(...args) {
		this.do("emit", args);
	}

	do(method, args) {
		if (this.socket) this.socket[method](...args);
		else this.pending.push([method, args]);
	}
}
