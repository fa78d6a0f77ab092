// f(x) and f′ of the activations; Activation.swift has the same order and formulas.

#if LANES == 1
enum { IDENTITY, RELU, LEAKY_RELU, ELU, TANH, SIGMOID, SOFTPLUS, SILU, GELU };
#endif

static inline REALS LANED(sigmoid)(REALS x) { return 1.0f / (1.0f + exp(-x)); }

// Φ(x), the share of a standard normal below x.
static inline REALS LANED(normal_distribution)(REALS x) { return 0.5f * erfc(-0.70710678f * x); }

static inline REALS LANED(activate)(int activation, REALS x) {
  switch (activation) {
    case RELU:
      return x != x ? x : fmax(x, 0.0f);
    case LEAKY_RELU:
      return x > 0.0f ? x : 0.01f * x;
    case ELU:
      return x > 0.0f ? x : expm1(x);
    case TANH:
      return tanh(x);
    case SIGMOID:
      return LANED(sigmoid)(x);
    case SOFTPLUS:
      return fmax(x, 0.0f) + log1p(exp(-fabs(x)));
    case SILU:
      return x * LANED(sigmoid)(x);
    case GELU:
      return x * LANED(normal_distribution)(x);
    default:
      return x;
  }
}

// f′ from the output or, for silu and gelu, from the input.
static inline REALS LANED(activation_derivative)(int activation, REALS saved) {
  const REALS y = saved;
  switch (activation) {
    case RELU:
      return y > 0.0f ? (REALS)(1.0f) : (REALS)(0.0f);
    case LEAKY_RELU:
      return y > 0.0f ? (REALS)(1.0f) : (REALS)(0.01f);
    case ELU:
      return y > 0.0f ? 1.0f : y + 1.0f;
    case TANH:
      return 1.0f - LANED(square)(y);
    case SIGMOID:
      return y * (1.0f - y);
    case SOFTPLUS:
      return -expm1(-y);
    case SILU: {
      const REALS s = LANED(sigmoid)(y);
      return s * (1.0f + y * (1.0f - s));
    }
    case GELU:
      return LANED(normal_distribution)(y) + y * 0.39894228f * exp(-0.5f * LANED(square)(y));
    default:
      return (REALS)(1.0f);
  }
}
