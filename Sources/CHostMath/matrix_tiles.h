// The inner loop of the matrix product with tile registers of up to 16 rows of 16 words.
//
// matrix.c includes this file with
//   HM_LANES      floats in a vector: the tile of sums has twice as many columns
//   HM_TILE_ROWS  rows of a packed slab
//   HM_NAME(x)    x with a suffix; HM_PAIRS(x) is the vector variant with the same panels
//   HM_TARGET     the attribute that enables the instructions
//   HM_TILE_ZERO(c), HM_TILE_LOAD(r, p, stride), HM_TILE_DOT(c, s, v), HM_TILE_STORE(c, p, stride)
//                 the instructions, with strides in bytes; r, c, s, v are numbers of registers
// Registers 0 and 1 are sums, 2 has pairs of s, row by row, 3 and 4 have pairs of v.

static HM_TARGET void HM_NAME(multiply)(const hm_tile *t) {
  if (!hm_fills_tiles(t->depth)) {
    HM_PAIRS(multiply)(t);
    return;
  }
  enum { kWidth = 2 * HM_LANES, kBytes = 4 * kWidth };
  float tile[16 * kWidth] __attribute__((aligned(64)));
  const float *s = t->s, *v = t->v;
  HM_TILE_ZERO(0);
  if (kWidth > 16) HM_TILE_ZERO(1);
  for (long k = 0; k < t->depth; k += 32, s += 16 * HM_TILE_ROWS, v += 16 * kWidth) {
    HM_TILE_LOAD(2, s, 64);
    HM_TILE_LOAD(3, v, kBytes);
    HM_TILE_DOT(0, 2, 3);
    if (kWidth == 16) continue;
    HM_TILE_LOAD(4, v + 16, kBytes);
    HM_TILE_DOT(1, 2, 4);
  }
  HM_TILE_STORE(0, tile, kBytes);
  if (kWidth > 16) HM_TILE_STORE(1, tile + 16, kBytes);
  if (t->c_column == 1) {
    HM_PAIRS(store_part)(t, tile);
  } else {
    HM_PAIRS(store_transposed)(t, tile);
  }
}

#undef HM_LANES
#undef HM_NAME
#undef HM_PAIRS
#undef HM_TARGET
#undef HM_TILE_DOT
#undef HM_TILE_LOAD
#undef HM_TILE_ROWS
#undef HM_TILE_STORE
#undef HM_TILE_ZERO
