// f(x) and f′ of the activations; Activation.swift has the same order and formulas.

enum { IDENTITY, RELU, LEAKY_RELU, ELU, TANH, SIGMOID, SOFTPLUS, SILU, GELU };

static inline REALS sigmoid(REALS x) { return 1.0f / (1.0f + exp(-x)); }

// Φ(x), the share of a standard normal below x.
static inline REALS normal_distribution(REALS x) { return 0.5f * erfc(-0.70710678f * x); }

static inline REALS activate(int activation, REALS x) {
  switch (activation) {
    case RELU: return x != x ? x : fmax(x, 0.0f);
    case LEAKY_RELU: return x > 0.0f ? x : 0.01f * x;
    case ELU: return x > 0.0f ? x : expm1(x);
    case TANH: return tanh(x);
    case SIGMOID: return sigmoid(x);
    case SOFTPLUS: return fmax(x, 0.0f) + log1p(exp(-fabs(x)));
    case SILU: return x * sigmoid(x);
    case GELU: return x * normal_distribution(x);
    default: return x;
  }
}

// f′ from the output or, for silu and gelu, from the input.
static inline REALS activation_derivative(int activation, REALS saved) {
  const REALS y = saved;
  switch (activation) {
    case RELU: return y > 0.0f ? (REALS)(1.0f) : (REALS)(0.0f);
    case LEAKY_RELU: return y > 0.0f ? (REALS)(1.0f) : (REALS)(0.01f);
    case ELU: return y > 0.0f ? 1.0f : y + 1.0f;
    case TANH: return 1.0f - square(y);
    case SIGMOID: return y * (1.0f - y);
    case SOFTPLUS: return -expm1(-y);
    case SILU: {
      const REALS s = sigmoid(y);
      return s * (1.0f + y * (1.0f - s));
    }
    case GELU: return normal_distribution(y) + y * 0.39894228f * exp(-0.5f * square(y));
    default: return (REALS)(1.0f);
  }
}
