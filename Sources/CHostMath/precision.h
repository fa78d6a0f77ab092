#ifndef HM_PRECISION_H
#define HM_PRECISION_H

#include "hm_matrix.h"

/// Converts a packed panel, `rows` × `width`, to pairs of bf16 numbers in place. Row k then has row
/// 2k in the lower halves and row 2k + 1 in the upper halves; a missing last row is zeros.
void hm_make_pairs(long rows, long width, float *panel);

/// Transposes `blocks` blocks of 16 rows of pairs in place, each `width` ≤ 16 wide, so that the 16
/// pairs of a column are adjacent.
void hm_turn_pairs(long blocks, long width, float *panel);

#endif
