// Packing for vectors of 16, included by matrix_kernel.h with its macros and
//   HM_COUNT            numbers in a packed element
//   HM_ALONG_DEPTH(x, n)  16 packed elements of one row, from its numbers x[0] to x[n − 1]
//   HM_ACROSS(x, y, m)  packed elements of the rows in the mask m, of numbers from x and, where an
//                       element has two, from y
// Whole cache lines are read and written: rows that are a multiple of a page apart compete for the
// same few lines of the cache, which are given up before a second visit.

// Transposes 16 rows of 16.
HM_INLINE void HM_NAME(transpose16)(__m512 *restrict r) {
  __m512 t[16];
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_ps(r[i], r[i + 1]);
    t[i + 1] = _mm512_unpackhi_ps(r[i], r[i + 1]);
  }
  for (int i = 0; i < 16; i += 4) {
    for (int j = 0; j < 2; j++) {
      const __m512d x = (__m512d)t[i + j], y = (__m512d)t[i + j + 2];
      r[i + 2 * j] = (__m512)_mm512_unpacklo_pd(x, y);
      r[i + 2 * j + 1] = (__m512)_mm512_unpackhi_pd(x, y);
    }
  }
  // r[4 n + q] has in its quarter p column 4 p + q of rows 4 n to 4 n + 3.
  for (int q = 0; q < 4; q++) {
    const __m512 a = _mm512_shuffle_f32x4(r[q], r[q + 4], 0x88);
    const __m512 b = _mm512_shuffle_f32x4(r[q], r[q + 4], 0xDD);
    const __m512 c = _mm512_shuffle_f32x4(r[q + 8], r[q + 12], 0x88);
    const __m512 d = _mm512_shuffle_f32x4(r[q + 8], r[q + 12], 0xDD);
    t[q] = _mm512_shuffle_f32x4(a, c, 0x88);
    t[q + 4] = _mm512_shuffle_f32x4(b, d, 0x88);
    t[q + 8] = _mm512_shuffle_f32x4(a, c, 0xDD);
    t[q + 12] = _mm512_shuffle_f32x4(b, d, 0xDD);
  }
  for (int i = 0; i < 16; i++) r[i] = t[i];
}

// 16 lanes of a panel, where x is contiguous along the depth. Lanes from `count` on repeat the last
// row; their sums are not stored.
HM_INLINE void HM_NAME(pack_rows16)(hm_view x, long count, long depth, float *panel,
                                    const long width) {
  const float *row[16];
  for (long i = 0; i < 16; i++) row[i] = x.elements + (i < count ? i : count - 1) * x.index_stride;
  const long block = 16 * HM_COUNT;
  __m512 r[16];
  long k = 0;
  for (; k + block <= depth; k += block, panel += 16 * width) {
    for (int i = 0; i < 16; i++) r[i] = HM_ALONG_DEPTH(row[i] + k, block);
    HM_NAME(transpose16)(r);
    for (int q = 0; q < 16; q++) _mm512_storeu_ps(panel + q * width, r[q]);
  }
  if (k == depth) return;
  for (int i = 0; i < 16; i++) r[i] = HM_ALONG_DEPTH(row[i] + k, depth - k);
  HM_NAME(transpose16)(r);
  for (int q = 0; q * HM_COUNT < depth - k; q++) _mm512_storeu_ps(panel + q * width, r[q]);
}

// The same where x is contiguous along the rows, for a whole panel; lanes from `count` on become 0.
HM_INLINE void HM_NAME(pack_columns16)(hm_view x, long count, long depth, float *panel,
                                       const long width) {
  for (long i = 0; i < width; i += 16) {
    const __mmask16 some = hm_first(count - i);
    const float *from = x.elements + i;
    float *to = panel + i;
    long k = 0;
    for (; k + HM_COUNT <= depth; k += HM_COUNT, from += HM_COUNT * x.depth_stride, to += width) {
      _mm512_storeu_ps(to, HM_ACROSS(from, from + x.depth_stride, some, some));
    }
    if (k < depth) _mm512_storeu_ps(to, HM_ACROSS(from, from, some, 0));
  }
}

HM_INLINE void HM_NAME(pack_panel)(hm_view x, long count, long depth, float *panel,
                                   const long width) {
  if (x.index_stride == 1) {
    HM_NAME(pack_columns16)(x, count, depth, panel, width);
    return;
  }
  for (long i = 0; i < width; i += 16) {
    // Lanes beyond the last row repeat it, even if they fill a vector.
    const long first = i < count ? i : count - 1;
    const hm_view part = {x.elements + first * x.index_stride, x.index_stride, x.depth_stride};
    HM_NAME(pack_rows16)(part, count - first, depth, panel + i, width);
  }
}
