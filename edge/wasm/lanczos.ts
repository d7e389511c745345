// AssemblyScript: the two inner loops of resizing, four numbers at a time. What they are given is made by src/codec/lanczos.ts.

/** Weights are whole numbers, of which 1 << SHIFT is one. */
const SHIFT = 14;

/** Where memory is free to be used by who calls. */
export function base(): usize {
  return __heap_base;
}

/**
 * One row from several that lie one after the other.
 *
 * @param stride bytes of a row, a multiple of 16
 * @param pairs half the number of rows
 * @param weights 16 bits for each row
 */
export function mixRows(from: usize, stride: usize, pairs: i32, weights: usize, to: usize): void {
  const half = i32x4.splat(1 << (SHIFT - 1));
  for (let at: usize = 0; at < stride; at += 16) {
    let a = half;
    let b = half;
    let c = half;
    let d = half;
    let row = from + at;
    for (let pair = 0; pair < pairs; pair++) {
      const upper = v128.load(row);
      const lower = v128.load(row + stride);
      const weight = v128.load32_splat(weights + ((<usize>pair) << 2));
      const left = v128.shuffle<u8>(upper, lower, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      const right = v128.shuffle<u8>(upper, lower, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
      a = i32x4.add(a, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(left), weight));
      b = i32x4.add(b, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(left), weight));
      c = i32x4.add(c, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(right), weight));
      d = i32x4.add(d, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(right), weight));
      row += stride << 1;
    }
    const ab = i16x8.narrow_i32x4_s(i32x4.shr_s(a, SHIFT), i32x4.shr_s(b, SHIFT));
    const cd = i16x8.narrow_i32x4_s(i32x4.shr_s(c, SHIFT), i32x4.shr_s(d, SHIFT));
    v128.store(to + at, i8x16.narrow_i16x8_u(ab, cd));
  }
}

/**
 * The pixels of a row, each from several that lie side by side.
 *
 * @param fours a quarter of the number of pixels that one is made from
 * @param starts for each pixel the bytes before the first that it is made from, 32 bits each
 * @param weights for each pixel 16 bits for each that it is made from
 */
export function mixColumns(from: usize, fours: i32, starts: usize, weights: usize, to: usize, width: i32): void {
  const half = i32x4.splat(1 << (SHIFT - 1));
  const none = i8x16.splat(0);
  let weight = weights;
  for (let x = 0; x < width; x++) {
    let at = from + load<u32>(starts + ((<usize>x) << 2));
    let even = half;
    let odd = i32x4.splat(0);
    for (let four = 0; four < fours; four++) {
      const pixels = v128.load(at);
      // Each channel of two pixels side by side, widened to 16 bits.
      const first = v128.shuffle<u8>(pixels, none, 0, 16, 4, 16, 1, 16, 5, 16, 2, 16, 6, 16, 3, 16, 7, 16);
      const second = v128.shuffle<u8>(pixels, none, 8, 16, 12, 16, 9, 16, 13, 16, 10, 16, 14, 16, 11, 16, 15, 16);
      even = i32x4.add(even, i32x4.dot_i16x8_s(first, v128.load32_splat(weight)));
      odd = i32x4.add(odd, i32x4.dot_i16x8_s(second, v128.load32_splat(weight, 4)));
      at += 16;
      weight += 8;
    }
    const sum = i32x4.shr_s(i32x4.add(even, odd), SHIFT);
    const narrow = i16x8.narrow_i32x4_s(sum, sum);
    v128.store32_lane(to + ((<usize>x) << 2), i8x16.narrow_i16x8_u(narrow, narrow), 0);
  }
}
