#ifndef HM_LATENT_H
#define HM_LATENT_H

#include <stdbool.h>

/// Rows of `columns` means and as many log σ² after them. With v = bound·tanh(log σ²/bound), what
/// counts as the logarithm of the variance is v.
typedef struct {
  long rows, columns;
  const float *statistics;
  float bound;
  /// Standard normals, `columns` a row.
  const float *noise;
} hm_latents;

/// z = μ + ε·exp(v/2), and, unless it is null, divergence[r·stride] = ½ Σ (μ² +
/// (eᵛ − 1 − v)), latent by latent: where all are near N(0, 1), the sums of their parts would be
/// large and cancel. The sum runs in sixteen lanes that are folded in one order.
void hm_draw_latents(hm_latents latents, float *z, float *divergence, long stride);

/// dμ = dz + w·μ and d log σ² = ½ (dz·ε·exp(v/2) + w (eᵛ − 1))·(1 − tanh²), set or added, in rows
/// like those of the statistics; w is `weight` in the first `weighted` rows and 0 in the others. dz
/// may be null.
void hm_latent_gradient(hm_latents latents, const float *dz, float weight, long weighted,
                        bool accumulate, float *d);

#endif
