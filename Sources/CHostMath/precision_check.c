#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "hm_matrix.h"

// Sizes that are no multiples of tiles or vectors, depths of several blocks, and 1×1.
static const struct {
  long rows, columns, depth;
} kSizes[] = {{29, 45, 301}, {61, 7, 64}, {17, 35, 512}, {5, 33, 80}, {1, 1, 1}};

enum { kMost = 61 * 301, kMargin = 3 };

// A Weyl sequence: numbers between −1 and 1 that use all 24 bits.
static void fill(float *x, long count, uint32_t seed) {
  for (long i = 0; i < count; i++) {
    x[i] = (float)((int32_t)((uint32_t)i * 2654435769u + seed) >> 8) * 0x1p-23f;
  }
}

static float at(hm_operand x, long row, long column) {
  return x.elements[x.transposed ? column * x.stride + row : row * x.stride + column];
}

// Whether c is the product of the rounded a and b, plus `before`, and its padding is unchanged.
static bool is_product(long rows, long columns, long depth, hm_operand a, hm_operand b,
                       float before, const float *c, long stride, float poison) {
  for (long i = 0; i < rows; i++) {
    for (long j = 0; j < columns; j++) {
      double sum = before, size = before;
      for (long k = 0; k < depth; k++) {
        const double term = (double)at(a, i, k) * at(b, k, j);
        sum += term;
        size += fabs(term);
      }
      // Negated, so that a nan fails.
      if (!(fabs(c[i * stride + j] - sum) <= (depth + 1) * 0x1p-24 * size)) return false;
    }
    for (long j = columns; j < stride; j++) {
      if (c[i * stride + j] != poison) return false;
    }
  }
  return true;
}

typedef struct {
  float a[kMost], b[kMost], rounded_a[kMost], rounded_b[kMost], c[kMost];
  hm_precision precision;
  hm_product_function product;
  float *workspace;
} trial;

static bool passes(trial *t, long rows, long columns, long depth, bool a_transposed,
                   bool b_transposed, bool accumulate) {
  const long stride = columns + kMargin;
  const float before = 0.75f, poison = 12345;
  const hm_operand a = {t->a, a_transposed ? rows : depth, a_transposed};
  const hm_operand b = {t->b, b_transposed ? depth : columns, b_transposed};
  const hm_operand rounded_a = {t->rounded_a, a.stride, a_transposed};
  const hm_operand rounded_b = {t->rounded_b, b.stride, b_transposed};
  for (long i = 0; i < rows * stride; i++) {
    // Without `accumulate` c must not be read, so it is filled with nan.
    t->c[i] = i % stride >= columns ? poison : accumulate ? before : NAN;
  }
  t->product(rows, columns, depth, a, b, accumulate, t->c, stride, t->workspace);
  return is_product(rows, columns, depth, rounded_a, rounded_b, accumulate ? before : 0, t->c,
                    stride, poison);
}

bool hm_keeps_precision(hm_precision precision, hm_product_function product) {
  trial *t = malloc(sizeof *t);
  float *workspace = aligned_alloc(64, hm_matrix_workspace() * sizeof *workspace);
  bool passed = t && workspace;
  if (passed) {
    fill(t->a, kMost, 1);
    fill(t->b, kMost, 0x9E3779B9u / 3);
    fill(t->rounded_a, kMost, 1);
    fill(t->rounded_b, kMost, 0x9E3779B9u / 3);
    hm_round(precision, kMost, t->rounded_a);
    hm_round(precision, kMost, t->rounded_b);
    t->product = product;
    t->workspace = workspace;
  }
  for (size_t size = 0; passed && size < sizeof kSizes / sizeof *kSizes; size++) {
    for (int way = 0; passed && way < 8; way++) {
      passed = passes(t, kSizes[size].rows, kSizes[size].columns, kSizes[size].depth, way & 1,
                      way & 2, way & 4);
    }
  }
  free(workspace);
  free(t);
  return passed;
}
