#ifndef HM_PRECISION_H
#define HM_PRECISION_H

#include "hm_matrix.h"

/// Makes pairs of the rows of a packed panel, `rows` × `width`, in place: row k then has rows 2k,
/// in its lower halves, and 2k + 1 in bf16. After an odd last row comes one of zeros.
void hm_make_pairs(long rows, long width, float *panel);

/// Turns `blocks` blocks of 16 rows of pairs in place, each `width` ≤ 16 wide: then the 16 pairs of
/// a column are neighbors.
void hm_turn_pairs(long blocks, long width, float *panel);

#endif
