// Photos made smaller in the browser: phones take them larger than WhatsApp accepts.

const JPEG = "image/jpeg";
const PNG = "image/png";
const QUALITY = 0.85;
// The longest side in pixels, tried one after the other. WhatsApp itself sends 4096 in HD and 1600 otherwise.
const MAX_SIDES = [4096, 2560, 1600];
// Large enough to find the transparent parts of an image.
const SAMPLE_SIDE = 512;

/**
 * The largest copy of an image that has at most `maxBytes`: as PNG if that fits and the image has transparent parts, else as
 * JPEG. Rejects where it cannot be read or made so small.
 */
export async function shrinkImage(file, maxBytes) {
	// As the phone was held: a canvas keeps no EXIF data.
	const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
	try {
		const types = file.type === PNG && isTransparent(bitmap) ? [PNG, JPEG] : [JPEG];
		for (const type of types) {
			for (const side of MAX_SIDES) {
				const blob = await encode(bitmap, side, type);
				if (blob && blob.size <= maxBytes) return new File([blob], fileName(file.name, type), { type });
			}
		}
	} finally {
		bitmap.close();
	}
	throw new Error("The photo cannot be made small enough.");
}

function encode(bitmap, maxSide, type) {
	const canvas = draw(bitmap, maxSide, type === JPEG ? "white" : "transparent");
	return new Promise((resolve) => canvas.toBlob(resolve, type, QUALITY));
}

function draw(bitmap, maxSide, background) {
	const scale = Math.min(1, maxSide / Math.max(bitmap.width, bitmap.height));
	const canvas = document.createElement("canvas");
	canvas.width = Math.max(1, Math.round(bitmap.width * scale));
	canvas.height = Math.max(1, Math.round(bitmap.height * scale));
	const context = canvas.getContext("2d");
	context.imageSmoothingQuality = "high";
	context.fillStyle = background;
	context.fillRect(0, 0, canvas.width, canvas.height);
	context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
	return canvas;
}

/** Checked on a small copy: it is transparent where the whole image is. */
function isTransparent(bitmap) {
	const canvas = draw(bitmap, SAMPLE_SIDE, "transparent");
	const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
	return data.some((value, index) => index % 4 === 3 && value < 255);
}

function fileName(name, type) {
	return type === PNG ? name : `${name.replace(/\.\w+$/, "")}.jpg`;
}
