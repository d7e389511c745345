/** From which pixels of a row, or which rows, those of another size are made. */
export interface Weights {
  /** The first pixel that is needed, and the one after the last. */
  readonly begin: number;
  readonly end: number;
  /** For each pixel of the answer the first one that it is made from. */
  readonly starts: Int32Array<ArrayBuffer>;
  /** From how many each is made, a multiple of four; there may be fewer, whose weights are not 0. */
  readonly taps: number;
  /** For each pixel of the answer `taps` weights, whose sum is {@link ONE}. */
  readonly values: Int16Array<ArrayBuffer>;
}

/** 1 as a weight. */
export const ONE = 1 << 14;

const LOBES = 3;

/**
 * The weights of Lanczos' filter with three lobes, which is made as much wider as the picture becomes smaller.
 *
 * @param left where the part begins that is brought to `count` pixels, not necessarily at a whole one; `length` likewise
 */
export function weigh(left: number, length: number, count: number): Weights {
  const step = length / count;
  const wider = Math.max(1, step);
  const begin = Math.floor(left);
  const end = Math.max(begin + 1, Math.ceil(left + length - 1e-6));
  const taps = (Math.ceil(2 * LOBES * wider) + 1 + 3) & ~3;
  const starts = new Int32Array(count);
  const values = new Int16Array(count * taps);
  const exact = new Float64Array(taps);
  for (let i = 0; i < count; i++) {
    const centre = left + (i + 0.5) * step;
    const start = Math.min(end - 1, Math.max(begin, Math.ceil(centre - LOBES * wider - 0.5)));
    for (let tap = 0; tap < taps; tap++) {
      exact[tap] = start + tap < end ? filter((start + tap + 0.5 - centre) / wider) : 0;
    }
    starts[i] = start;
    put(exact, values.subarray(i * taps, (i + 1) * taps));
  }
  return { begin, end, starts, taps, values };
}

/** Whole numbers whose sum is exactly ONE, so that an even colour stays what it is; what rounding leaves over goes to the largest. */
function put(exact: Float64Array, to: Int16Array): void {
  const sum = exact.reduce((one, other) => one + other, 0);
  let left = ONE;
  let largest = 0;
  for (let at = 0; at < to.length; at++) {
    const value = Math.round(((exact[at] as number) * ONE) / sum);
    to[at] = value;
    left -= value;
    if (value > (to[largest] as number)) {
      largest = at;
    }
  }
  to[largest] = (to[largest] as number) + left;
}

function filter(x: number): number {
  if (x === 0) {
    return 1;
  }
  const angle = Math.PI * x;
  return Math.abs(x) < LOBES ? (LOBES * Math.sin(angle) * Math.sin(angle / LOBES)) / (angle * angle) : 0;
}
