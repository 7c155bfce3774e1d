// Photos, made smaller in the browser: phones take them in more megapixels than WhatsApp takes.

const JPEG = "image/jpeg";
const PNG = "image/png";
const QUALITY = 0.85;
// The longest side in pixels, tried one after the other. WhatsApp itself sends 4096 in HD and 1600 otherwise.
const SIDES = [4096, 2560, 1600];

/** The types of which a photo can be made smaller. */
export const SHRUNK = [JPEG, PNG];

/**
 * The largest copy of a photo that has at most `largest` bytes; as PNG if that fits and it has transparent parts, else as
 * JPEG. Rejects where it cannot be read or made so small.
 */
export async function shrunk(file, largest) {
	// As the phone was held: a canvas keeps no EXIF data.
	const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
	try {
		const types = file.type === PNG && isTransparent(bitmap) ? [PNG, JPEG] : [JPEG];
		for (const type of types) {
			for (const side of SIDES) {
				const blob = await encoded(bitmap, side, type);
				if (blob && blob.size <= largest) return new File([blob], named(file.name, type), { type });
			}
		}
	} finally {
		bitmap.close();
	}
	throw new Error("The photo cannot be made small enough.");
}

function encoded(bitmap, side, type) {
	const canvas = drawn(bitmap, side, type === JPEG ? "white" : "transparent");
	return new Promise((resolve) => canvas.toBlob(resolve, type, QUALITY));
}

function drawn(bitmap, side, ground) {
	const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
	const canvas = document.createElement("canvas");
	canvas.width = Math.max(1, Math.round(bitmap.width * scale));
	canvas.height = Math.max(1, Math.round(bitmap.height * scale));
	const context = canvas.getContext("2d");
	context.imageSmoothingQuality = "high";
	context.fillStyle = ground;
	context.fillRect(0, 0, canvas.width, canvas.height);
	context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
	return canvas;
}

/** A small copy tells: a part of it is transparent where a part of the whole is. */
function isTransparent(bitmap) {
	const canvas = drawn(bitmap, 512, "transparent");
	const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
	return data.some((value, index) => index % 4 === 3 && value < 255);
}

function named(name, type) {
	return type === PNG ? name : `${name.replace(/\.\w+$/, "")}.jpg`;
}
