import ExifReader from "exifreader";
import { blank, type Pixels, type Rectangle, type Size, words } from "./pixels";

/** EXIF's orientation, 1 to 8: how a picture is to be turned and mirrored before it is shown. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** What a picture's EXIF says, in whichever container it is; 1 when it says nothing that can be read. */
export function readOrientation(bytes: Uint8Array<ArrayBuffer>): Orientation {
  try {
    const value = ExifReader.load(bytes.buffer, { includeTags: { exif: ["Orientation"] } }).Orientation?.value;
    return typeof value === "number" && value >= 1 && value <= 8 ? (value as Orientation) : 1;
  } catch {
    // A picture without EXIF, or with damaged EXIF, is shown as it is stored.
    return 1;
  }
}

/** Whether rows become columns. */
function turns(orientation: Orientation): boolean {
  return orientation >= 5;
}

/** The size of a stored picture when it is shown, and the other way round. */
export function orientedSize(size: Size, orientation: Orientation): Size {
  return turns(orientation) ? { width: size.height, height: size.width } : size;
}

/** Where a part of the shown picture lies in the stored one. */
export function storedRectangle(part: Rectangle, shown: Size, orientation: Orientation): Rectangle {
  const right = shown.width - part.left - part.width;
  const below = shown.height - part.top - part.height;
  // How far the part is from the stored picture's left and top edge.
  const [left, top] = {
    1: [part.left, part.top],
    2: [right, part.top],
    3: [right, below],
    4: [part.left, below],
    5: [part.top, part.left],
    6: [part.top, right],
    7: [below, right],
    8: [below, part.left],
  }[orientation] as [number, number];
  return { left, top, ...orientedSize(part, orientation) };
}

/** The stored picture as it is to be shown. */
export function orient(stored: Pixels, orientation: Orientation): Pixels {
  if (orientation === 1) {
    return stored;
  }
  const { width, height } = stored;
  const lastColumn = width - 1;
  const lastRow = (height - 1) * width;
  // For each orientation: which stored pixel comes first, and how far it is to the next one in a shown row and column.
  const [first, along, down] = {
    2: [lastColumn, -1, width],
    3: [lastRow + lastColumn, -1, -width],
    4: [lastRow, 1, -width],
    5: [0, width, 1],
    6: [lastRow, -width, 1],
    7: [lastRow + lastColumn, -width, -1],
    8: [lastColumn, width, -1],
  }[orientation] as [number, number, number];
  const shown = blank(turns(orientation) ? height : width, turns(orientation) ? width : height);
  const from = words(stored);
  const to = words(shown);
  for (let y = 0, at = 0; y < shown.height; y++) {
    for (let x = 0, source = first + y * down; x < shown.width; x++, source += along) {
      to[at++] = from[source] as number;
    }
  }
  return shown;
}
