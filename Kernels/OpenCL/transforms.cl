// Monotone functions of one number, whose parameters a network computed. Parameter k is column
// k·step of p; `count` is how many there are. Which number is which transform:
// UnivariateTransform.swift.
//
// NAME returns y and sets log dy/dx. NAME_gradient returns dx and contributes to dp where there is
// one, from the gradients of y and of log dy/dx.

#define TRANSFORM_ARGUMENTS \
  REALS x, TILE const float *p, int step, int count, float bound, int inverse
#define GRADIENT_ARGUMENTS \
  TRANSFORM_ARGUMENTS, REALS dy, REALS dlog, TILE float *dp, int has_dp, int adds

// s = bound·tanh(u/bound), y = x·eˢ + t; the inverse is (x − t)·e⁻ˢ.
static inline REALS affine(TRANSFORM_ARGUMENTS, REALS *log_slope) {
  REALS s = bound * tanh(LOAD(p) / bound);
  if (inverse) s = -s;
  const REALS t = LOAD(AT(p, step));
  REALS y = fma(x, exp(s), t);
  if (inverse) y = (x - t) * exp(s);
  *log_slope = s;
  return y;
}

//   forward  dx = dy·eˢ,   ds = dy·x·eˢ + dlog,          dt = dy
//   inverse  dx = dy·e⁻ˢ,  ds = −dy·(x − t)·e⁻ˢ − dlog,  dt = −dy·e⁻ˢ
// and du = ds·(1 − tanh²).
static inline REALS affine_gradient(GRADIENT_ARGUMENTS) {
  const REALS saturation = tanh(LOAD(p) / bound);
  const REALS factor = exp((inverse ? -bound : bound) * saturation);
  REALS ds = dy * x * factor + dlog, dt = dy;
  if (inverse) {
    ds = -(dy * (x - LOAD(AT(p, step))) * factor + dlog);
    dt = -dy * factor;
  }
  if (has_dp) {
    contribute(dp, ds * (1.0f - square(saturation)), adds);
    contribute(AT(dp, step), dt, adds);
  }
  return dy * factor;
}

static inline REALS transformed(int transform, TRANSFORM_ARGUMENTS, REALS *log_slope) {
#define CASE(number, name) \
  case number: return name(x, p, step, count, bound, inverse, log_slope);
  switch (transform) { TRANSFORMS(CASE) }
#undef CASE
  return x;
}

static inline REALS transformed_gradient(int transform, GRADIENT_ARGUMENTS) {
#define CASE(number, name) \
  case number:             \
    return name##_gradient(x, p, step, count, bound, inverse, dy, dlog, dp, has_dp, adds);
  switch (transform) { TRANSFORMS(CASE) }
#undef CASE
  return dy;
}
