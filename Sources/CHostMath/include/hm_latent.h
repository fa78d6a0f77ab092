#ifndef HM_LATENT_H
#define HM_LATENT_H

#include <stdbool.h>

/// Rows of `columns` means, followed by as many log σ². The logarithm of the variance that is used
/// is v = bound·tanh(log σ²/bound).
typedef struct {
  long rows, columns;
  const float *statistics;
  float bound;
  /// Standard normal numbers, `columns` per row.
  const float *noise;
} hm_latents;

/// z = μ + ε·exp(v/2) and divergence[r·stride] = ½ Σ (μ² + (eᵛ − 1 − v)), unless it is null.
///
/// The terms are added latent variable by latent variable, since near N(0, 1) the sums of eᵛ, 1
/// and v would be large and cancel. The sum uses sixteen lanes, which are added in a fixed order.
void hm_draw_latents(hm_latents latents, float *z, float *divergence, long stride);

/// dμ = dz + w·μ and d log σ² = ½ (dz·ε·exp(v/2) + w (eᵛ − 1))·(1 − tanh²), stored or added in rows
/// like those of the statistics. w is `weight` in the first `weighted` rows and 0 in the others. dz
/// may be null.
void hm_latent_gradient(hm_latents latents, const float *dz, float weight, long weighted,
                        bool accumulate, float *d);

#endif
