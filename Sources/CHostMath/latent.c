#include "elementary_core.h"
#include "hm_latent.h"
#include "target.h"

enum { LANES = 16, BLOCK = 64 };

// tanh(log σ²/bound) and σ of a block of latent variables.
typedef struct {
  float saturation[BLOCK], deviation[BLOCK];
} hm_spread;

// Two loops are faster than one, whose chain of dependent operations is too long for the CPU to
// overlap with that of the next element.
HM_INLINE void spread(long count, const float *log_variance, float bound, hm_spread *s) {
  const float over = 1.0f / bound;
  HM_VECTORIZE
  for (long i = 0; i < count; ++i) s->saturation[i] = hm_tanh1(log_variance[i] * over);
  HM_VECTORIZE
  for (long i = 0; i < count; ++i) s->deviation[i] = hm_exp1(0.5f * bound * s->saturation[i]);
}

HM_INLINE void add_divergence(long count, const float *mean, float bound, const hm_spread *s,
                              float lanes[LANES]) {
  float parts[BLOCK];
  HM_VECTORIZE
  for (long i = 0; i < count; ++i) {
    const float variance = s->deviation[i] * s->deviation[i];
    parts[i] = mean[i] * mean[i] + (variance - 1.0f - bound * s->saturation[i]);
  }
  long i = 0;
  for (; i + LANES <= count; i += LANES) {
    for (int lane = 0; lane < LANES; ++lane) lanes[lane] += parts[i + lane];
  }
  for (int lane = 0; i < count; ++i, ++lane) lanes[lane] += parts[i];
}

HM_INLINE float fold(const float lanes[LANES]) {
  float sum = 0.0f;
  for (int lane = 0; lane < LANES; ++lane) sum += lanes[lane];
  return sum;
}

HM_INLINE long block_at(long column, long columns) {
  return columns - column < BLOCK ? columns - column : BLOCK;
}

HM_CLONES void hm_draw_latents(hm_latents latents, float *z, float *divergence, long stride) {
  const long columns = latents.columns;
  hm_spread s;
  for (long r = 0; r < latents.rows; ++r) {
    float lanes[LANES] = {0.0f};
    for (long c = 0; c < columns; c += BLOCK) {
      const long count = block_at(c, columns), at = r * columns + c;
      const float *mean = latents.statistics + r * 2 * columns + c;
      spread(count, mean + columns, latents.bound, &s);
      if (divergence) add_divergence(count, mean, latents.bound, &s, lanes);
      HM_VECTORIZE
      for (long i = 0; i < count; ++i) {
        z[at + i] = mean[i] + latents.noise[at + i] * s.deviation[i];
      }
    }
    if (divergence) divergence[r * stride] = 0.5f * fold(lanes);
  }
}

HM_INLINE void put(float *d, float x, bool accumulate) { *d = accumulate ? *d + x : x; }

HM_INLINE void gradient_block(long count, const float *restrict mean, const float *restrict noise,
                              const float *restrict dz, const hm_spread *restrict s, float weight,
                              bool accumulate, float *restrict d_mean, float *restrict d_log) {
  HM_VECTORIZE
  for (long i = 0; i < count; ++i) {
    const float pulled = dz ? dz[i] * noise[i] * s->deviation[i] : 0.0f;
    const float own = weight * (s->deviation[i] * s->deviation[i] - 1.0f);
    const float slope = 1.0f - s->saturation[i] * s->saturation[i];
    put(d_mean + i, (dz ? dz[i] : 0.0f) + weight * mean[i], accumulate);
    put(d_log + i, 0.5f * (pulled + own) * slope, accumulate);
  }
}

HM_CLONES void hm_latent_gradient(hm_latents latents, const float *dz, float weight, long weighted,
                                  bool accumulate, float *d) {
  const long columns = latents.columns;
  hm_spread s;
  for (long r = 0; r < latents.rows; ++r) {
    const float w = r < weighted ? weight : 0.0f;
    for (long c = 0; c < columns; c += BLOCK) {
      const long count = block_at(c, columns), at = r * columns + c, pair = r * 2 * columns + c;
      const float *mean = latents.statistics + pair;
      float *out = d + pair;
      spread(count, mean + columns, latents.bound, &s);
      // The calls have constant arguments, so that the inlined loops contain no branches.
      if (dz && accumulate) {
        gradient_block(count, mean, latents.noise + at, dz + at, &s, w, true, out, out + columns);
      } else if (dz) {
        gradient_block(count, mean, latents.noise + at, dz + at, &s, w, false, out, out + columns);
      } else {
        gradient_block(count, mean, 0, 0, &s, w, accumulate, out, out + columns);
      }
    }
  }
}
