// A 32×32 tile of a matrix product by 8×8 work-items, each of which keeps 4×4 sums in registers.
// Launch.tiled has the same sizes.

#define TILE 32
#define GROUP 8
#define PER_ITEM 4
#define STEP 16
// One column more than needed, so that a column of the tile is spread over the memory banks.
#define PITCH (TILE + 1)

// Where a work-item stands in its tile.
#define TILE_ROW (get_group_id(1) * TILE)
#define TILE_COLUMN (get_group_id(0) * TILE)
#define ITEM (get_local_id(1) * GROUP + get_local_id(0))

// sums += aᵀ·b for one step of the depth; a and b are STEP×TILE.
static inline void tile_multiply(__local const float *a, __local const float *b, float *sums) {
  const int y = get_local_id(1) * PER_ITEM, x = get_local_id(0) * PER_ITEM;
  for (int k = 0; k < STEP; k++) {
    float left[PER_ITEM], right[PER_ITEM];
    for (int i = 0; i < PER_ITEM; i++) left[i] = a[k * PITCH + y + i];
    for (int j = 0; j < PER_ITEM; j++) right[j] = b[k * PITCH + x + j];
    for (int i = 0; i < PER_ITEM; i++)
      for (int j = 0; j < PER_ITEM; j++)
        sums[i * PER_ITEM + j] = fma(left[i], right[j], sums[i * PER_ITEM + j]);
  }
}

// Column k of two matrices side by side, each some neighbouring columns of a wider one.
static inline float side_by_side(__global const float *x1, int stride1, int first1, int width1,
                                 __global const float *x2, int stride2, int first2, int width2,
                                 int row, int k) {
  if (k < width1) return x1[row * stride1 + first1 + k];
  if (k < width1 + width2) return x2[row * stride2 + first2 + k - width1];
  return 0.0f;
}
