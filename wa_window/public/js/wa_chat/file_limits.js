// What WhatsApp accepts of a file, and how it shows it; the server checks the same again (chat/sendable_media.py).

import { loadParts } from "./on_demand.js";

const OFFICE = "application/vnd.openxmlformats-officedocument.";
const CAPTIONED_TYPES = [
	"image/jpeg",
	"image/png",
	"video/mp4",
	"application/pdf",
	"application/msword",
	"application/vnd.ms-excel",
	"application/vnd.ms-powerpoint",
	`${OFFICE}wordprocessingml.document`,
	`${OFFICE}spreadsheetml.sheet`,
	`${OFFICE}presentationml.presentation`,
];
const SHRINKABLE_TYPES = ["image/jpeg", "image/png"];
const STICKER_TYPE = "image/webp";
export const KB = 1000;
export const MB = 1000 * KB;
const MAX_FILE = 16 * MB;
const MAX_IMAGE = 5 * MB;
// Of one that moves; the server looks into the file and accepts less of one that does not.
const MAX_STICKER = 500 * KB;

/** Whether WhatsApp shows a text beside a file; if not, the text is sent as a message of its own. */
export function supportsCaption({ type }) {
	return CAPTIONED_TYPES.includes(type);
}

/** Why WhatsApp does not accept a file of this size, or an empty text. */
export function sizeError({ name, size, type }) {
	if (isSticker({ type }) && size > MAX_STICKER) {
		return __("{0} is sent as a sticker of at most {1} kB. Choose a JPEG or PNG instead.", [
			name,
			MAX_STICKER / KB,
		]);
	}
	const max = type.startsWith("image/") ? MAX_IMAGE : MAX_FILE;
	if (size <= max) return "";
	return __("{0} is too large: WhatsApp accepts {1} MB.", [name, max / MB]);
}

/** A copy of a photo that WhatsApp accepts. Rejects where the browser cannot read it, or cannot make it small enough. */
export async function shrinkToLimit(file) {
	const { shrinkImage } = await loadParts();
	return shrinkImage(file, MAX_IMAGE);
}

/** Whether a file is a photo that is too big, and can be made smaller. */
export function canShrink(file) {
	return SHRINKABLE_TYPES.includes(file.type) && file.size > MAX_IMAGE;
}

/** WhatsApp shows WebP as a sticker. */
export function isSticker({ type }) {
	return type === STICKER_TYPE;
}
