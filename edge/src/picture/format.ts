/** The formats that can be read and written. */
export type Format = "jpeg" | "png" | "webp" | "avif";
