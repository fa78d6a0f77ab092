// Coulomb explosions: velocities at infinity of point charges that start at given places.
//
// Compiled for one kind of molecule: ATOMS, DIMENSIONS (2 for three atoms that start from rest),
// ORDER, FIRST_ORDER, TOLERANCE, TAIL_TOLERANCE, DOUBLE and LANES are defined before
// this file. A work-item has LANES rows, one beside the other in a vector, and no row depends on
// another. Number i of row r is at i · stride + r.
//
// Positions and velocities are relative to atom 0, in units that make distances, velocities and
// products of charges of order one. A step is a Taylor series, as on the CPU (series.h), in another
// time: t = T (e^(λτ) − 1)/λ, where T is the time in which the fastest pair moves by its distance
// and λ/T the rate at which it recedes. With velocities in units of 1/T,
//   p = dx/dτ,  p' = λ p + T² Σ G q x/m,  G = e^(2λτ)/r³,
//   G' r² = 2λ G r² − 3/2 G (r²)'.
// A pair that recedes moves as e^(λτ), so that steps may be as long as with the CPU's time, and a
// term has fewer coefficients, which are what registers must hold.

#if DOUBLE
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#define NUMBER(x) x
typedef double number;
#define TINY 1e-280
#else
#define NUMBER(x) x##f
typedef float number;
#define TINY 1e-30f
#endif

#define JOIN_NAMES(a, b) a##b
#define OF_LANES(name, lanes) JOIN_NAMES(name, lanes)
#if LANES == 1
typedef number reals;
typedef int marks;
#define LOAD_REALS(p) (*(p))
#define STORE_REALS(x, p) (*(p) = (x))
#define ANY(mark) (mark)
#else
#if DOUBLE
typedef OF_LANES(double, LANES) reals;
typedef OF_LANES(long, LANES) marks;
#else
typedef OF_LANES(float, LANES) reals;
typedef OF_LANES(int, LANES) marks;
#endif
#define LOAD_REALS(p) OF_LANES(vload, LANES)(0, p)
#define STORE_REALS(x, p) OF_LANES(vstore, LANES)(x, 0, p)
#define ANY(mark) any(mark)
#endif

#define BODIES (ATOMS - 1)
#define PAIRS (ATOMS * (ATOMS - 1) / 2)
#define NUMBERS (BODIES * DIMENSIONS)
#define TERMS ((ORDER > FIRST_ORDER ? ORDER : FIRST_ORDER) + 1)

// Of three atoms the coefficients fit into the registers of a GPU if every index is a constant.
// More atoms, doubles or vectors of rows do not fit, and the program would only be long.
#if ATOMS <= 3 && LANES == 1 && !DOUBLE
#define UNROLL _Pragma("unroll")
#else
#define UNROLL
#endif

// Every kernel of its own: a function that two kernels call would pass coefficients in memory.
#define INLINE static inline __attribute__((always_inline))

#define FOR_NUMBERS(i) UNROLL for (int i = 0; i < NUMBERS; i++)
#define FOR_PAIRS(p) UNROLL for (int p = 0; p < PAIRS; p++)
#define FOR_AXES(c) UNROLL for (int c = 0; c < DIMENSIONS; c++)
// Pairs (0, 1), (0, 2) … come first, so that pair j − 1 is the position of atom j.
#define FOR_OTHER_PAIRS(p, a, b) \
  UNROLL for (int a = 1, p = BODIES; a < ATOMS; a++) UNROLL for (int b = a + 1; b < ATOMS; b++, p++)

// Coefficients of the vectors of pairs, of their squares and of G, by order; and 1/r² at order 0.
typedef struct {
  reals x[TERMS][PAIRS][DIMENSIONS];
  reals r2[TERMS][PAIRS];
  reals g[TERMS][PAIRS];
  reals w2[PAIRS];
} series;

// What does not change during a row's flight, and its velocities.
typedef struct {
  reals charge[PAIRS];
  reals v[NUMBERS];
} motion;

INLINE void other_pairs(reals (*x)[DIMENSIONS]) {
  FOR_OTHER_PAIRS(p, a, b) { FOR_AXES(c) x[p][c] = x[b - 1][c] - x[a - 1][c]; }
}

// Accelerations relative to atom 0 by the forces of pairs.
INLINE void accelerate(const reals (*f)[DIMENSIONS], __constant const number *inverse_mass,
                       reals *a) {
  reals force[ATOMS][DIMENSIONS];
  FOR_AXES(c) force[0][c] = 0;
  UNROLL for (int j = 1; j < ATOMS; j++) {
    FOR_AXES(c) {
      force[0][c] -= f[j - 1][c];
      force[j][c] = f[j - 1][c];
    }
  }
  FOR_OTHER_PAIRS(p, i, j) {
    FOR_AXES(c) {
      force[i][c] -= f[p][c];
      force[j][c] += f[p][c];
    }
  }
  UNROLL for (int j = 1; j < ATOMS; j++) {
    FOR_AXES(c) {
      a[(j - 1) * DIMENSIONS + c] = force[j][c] * inverse_mass[j] - force[0][c] * inverse_mass[0];
    }
  }
}

// Order 0 of everything from the vectors of pairs (0, j), and the accelerations.
INLINE void start_series(series *s, const motion *m, __constant const number *inverse_mass,
                         reals *a) {
  reals f[PAIRS][DIMENSIONS];
  other_pairs(s->x[0]);
  FOR_PAIRS(p) {
    reals r2 = 0;
    FOR_AXES(c) r2 += s->x[0][p][c] * s->x[0][p][c];
    s->r2[0][p] = r2;
    s->w2[p] = NUMBER(1.0) / r2;
    s->g[0][p] = s->w2[p] * sqrt(s->w2[p]);
    FOR_AXES(c) f[p][c] = m->charge[p] * s->g[0][p] * s->x[0][p][c];
  }
  accelerate(f, inverse_mass, a);
}

// Order k of r² and G; `product` is r² G of the order before, and becomes that of this one.
INLINE void expand_distance(series *s, int p, int k, reals lambda, int even, reals *product) {
  reals r2 = 0;
  UNROLL for (int i = 1; 2 * i < k; i++) FOR_AXES(c) r2 += s->x[i][p][c] * s->x[k - i][p][c];
  FOR_AXES(c) r2 += s->x[0][p][c] * s->x[k][p][c];
  r2 += r2;
  if (k % 2 == 0) FOR_AXES(c) r2 += s->x[k / 2][p][c] * s->x[k / 2][p][c];
  s->r2[k][p] = r2;
  // Σ r²ᵢ Gₖ₋ᵢ over i > 0, and Σ i r²ᵢ Gₖ₋ᵢ as the sum of its partial sums.
  reals sum = 0, weighted = 0;
  UNROLL for (int i = k; i > 0; i--) {
    sum += s->r2[i][p] * s->g[k - i][p];
    weighted += sum;
  }
  reals g = weighted * (NUMBER(-0.5) / k);
  if (!even) g += lambda * *product * (NUMBER(2.0) / k);
  *product = g;
  s->g[k][p] = (g - sum) * s->w2[p];
}

// Order k of the accelerations times T²; `charge` has that factor.
INLINE void expand_forces(series *s, int k, const reals *charge,
                          __constant const number *inverse_mass, reals *a) {
  reals f[PAIRS][DIMENSIONS];
  FOR_PAIRS(p) {
    FOR_AXES(c) f[p][c] = 0;
    UNROLL for (int i = 0; i <= k; i++) FOR_AXES(c) f[p][c] += s->g[i][p] * s->x[k - i][p][c];
    FOR_AXES(c) f[p][c] *= charge[p];
  }
  accelerate(f, inverse_mass, a);
}

// Coefficients 1 to n of the positions from order 0, p₀ and the accelerations a₀.
//
// `even`: from rest, in powers of t².
INLINE void expand_series(series *s, int n, const reals *charge, reals *p, reals *a,
                          __constant const number *inverse_mass, reals lambda, int even) {
  reals product[PAIRS];
  FOR_PAIRS(i) product[i] = s->r2[0][i] * s->g[0][i];
  if (!even) {
    FOR_NUMBERS(i) s->x[1][i / DIMENSIONS][i % DIMENSIONS] = p[i];
  }
  UNROLL for (int k = 0; k < (even ? n : n - 1); k++) {
    if (k > 0) {
      other_pairs(s->x[k]);
      FOR_PAIRS(i) expand_distance(s, i, k, lambda, even, product + i);
      expand_forces(s, k, charge, inverse_mass, a);
    }
    if (even) {
      FOR_NUMBERS(i) {
        s->x[k + 1][i / DIMENSIONS][i % DIMENSIONS] =
            a[i] * (NUMBER(1.0) / ((2 * k + 1) * (2 * k + 2)));
      }
    } else {
      FOR_NUMBERS(i) {
        p[i] = (a[i] + lambda * p[i]) * (NUMBER(1.0) / (k + 1));
        s->x[k + 2][i / DIMENSIONS][i % DIMENSIONS] = p[i] * (NUMBER(1.0) / (k + 2));
      }
    }
  }
}

// The largest step whose last two terms of the velocity are below the tolerance; `rate` is 1/T.
INLINE reals step_of(const series *s, int n, reals rate, number tolerance) {
  reals step = NUMBER(1e30);
  UNROLL for (int k = n - 1; k <= n; k++) {
    reals largest = 0;
    UNROLL for (int j = 0; j < BODIES; j++) {
      reals square = 0;
      FOR_AXES(c) square += s->x[k][j][c] * s->x[k][j][c];
      largest = fmax(largest, square);
    }
    const number bound = k / tolerance;
    const reals ratio = (largest + TINY) * (rate * rate) * (bound * bound);
    step = fmin(step, exp2(log2(ratio) * (NUMBER(-0.5) / k)));
  }
  return step;
}

// Moves to `h` of the series' variable; `rate` becomes the derivative by it.
INLINE void move_series(series *s, int n, reals h, reals *rate) {
  FOR_NUMBERS(i) {
    const int j = i / DIMENSIONS, c = i % DIMENSIONS;
    reals x = s->x[n][j][c], dx = 0;
    UNROLL for (int k = n - 1; k >= 0; k--) {
      dx = dx * h + x;
      x = x * h + s->x[k][j][c];
    }
    s->x[0][j][c] = x;
    rate[i] = dx;
  }
}

INLINE reals difference(const reals *x, int a, int b, int c) {
  const reals to = x[(b - 1) * DIMENSIONS + c];
  return a > 0 ? to - x[(a - 1) * DIMENSIONS + c] : to;
}

// How pairs move: what ends a flight and what sets its clock.
typedef struct {
  // The error of the tail's closed form, and the rates at which pairs recede.
  reals error, slowest, fastest;
  // The square of the largest rate at which anything changes.
  reals change2;
} pace;

INLINE void find_pace(const series *s, const motion *m, const reals *a, pace *of) {
  of->slowest = NUMBER(1e30);
  of->fastest = NUMBER(-1e30);
  of->change2 = 0;
  reals first = 0, second = 0, bend = 0;
  UNROLL for (int i = 0, p = 0; i < ATOMS; i++) UNROLL for (int j = i + 1; j < ATOMS; j++, p++) {
    reals v2 = 0, a2 = 0, xv = 0;
    FOR_AXES(c) {
      const reals v = difference(m->v, i, j, c), b = difference(a, i, j, c);
      v2 += v * v;
      a2 += b * b;
      xv += v * s->x[0][p][c];
    }
    const reals w2 = s->w2[p], speed2 = v2 * w2, rate = xv * w2;
    const reals pull = sqrt(a2 * w2);
    of->slowest = fmin(of->slowest, rate);
    of->fastest = fmax(of->fastest, rate);
    of->change2 = fmax(of->change2, fmax(speed2, pull));
    // Tangent of the angle between x and v, squared.
    bend = fmax(bend, speed2 / (rate * rate) - NUMBER(1.0));
    // (Impulse)², and second order over first order, without the factor 1/4.
    first = fmax(first, m->charge[p] * m->charge[p] * w2 * (w2 / speed2));
    second = fmax(second, pull / speed2);
  }
  const reals small = NUMBER(0.25) * second;
  const reals spread = (of->fastest - of->slowest) / of->slowest + sqrt(bend);
  of->error = sqrt(first) * small * (small + NUMBER(0.3) * spread);
}

// The rest of the flight in closed form (tail.h): adds it to the velocities.
INLINE void add_tail(const series *s, motion *m, const reals *a,
                     __constant const number *inverse_mass) {
  reals f[PAIRS][DIMENSIONS], change[NUMBERS];
  UNROLL for (int i = 0, p = 0; i < ATOMS; i++) UNROLL for (int j = i + 1; j < ATOMS; j++, p++) {
    reals v2 = 0, xv = 0, xa = 0;
    FOR_AXES(c) {
      const reals x = s->x[0][p][c], v = difference(m->v, i, j, c);
      v2 += v * v;
      xv += x * v;
      xa += x * difference(a, i, j, c);
    }
    const reals w = sqrt(s->w2[p]), slow = NUMBER(1.0) / sqrt(v2);
    const reals scale = m->charge[p] * w * slow / (NUMBER(1.0) + xv * w * slow);
    const reals second = NUMBER(0.25) * m->charge[p] * slow * slow * slow;
    const reals along = NUMBER(3.0) * w * w * xa;
    FOR_AXES(c) {
      const reals x = s->x[0][p][c];
      f[p][c] = scale * (x * w + difference(m->v, i, j, c) * slow) +
                second * (difference(a, i, j, c) - along * x);
    }
  }
  accelerate(f, inverse_mass, change);
  FOR_NUMBERS(i) m->v[i] += change[i];
}

// What a row and its derivatives have in common during a step.
typedef struct {
  // T² q, T, λ and the step.
  reals charge[PAIRS];
  reals time, lambda, h;
} pulse;

// A step in even powers of the time, from rest.
INLINE void first_pulse(series *s, const motion *m, reals *a, __constant const number *inverse_mass,
                        pulse *step) {
  step->time = 1;
  step->lambda = 0;
  FOR_PAIRS(p) step->charge[p] = m->charge[p];
  expand_series(s, FIRST_ORDER, step->charge, a, a, inverse_mass, step->lambda, 1);
  step->h = step_of(s, FIRST_ORDER, 1, NUMBER(0.5) * TOLERANCE);
}

INLINE void first_move(series *s, motion *m, const pulse *step) {
  move_series(s, FIRST_ORDER, step->h, m->v);
  FOR_NUMBERS(i) m->v[i] *= NUMBER(2.0) * sqrt(step->h);
}

INLINE void later_pulse(series *s, const motion *m, reals *a, const pace *of,
                        __constant const number *inverse_mass, pulse *step) {
  reals p[NUMBERS];
  // A power of two, so that velocities lose nothing by it.
  step->time = exp2(rint(NUMBER(-0.5) * log2(of->change2)));
  step->lambda = fmax(of->fastest, NUMBER(0.0)) * step->time;
  const reals time2 = step->time * step->time;
  FOR_PAIRS(i) step->charge[i] = m->charge[i] * time2;
  FOR_NUMBERS(i) {
    p[i] = m->v[i] * step->time;
    a[i] *= time2;
  }
  expand_series(s, ORDER, step->charge, p, a, inverse_mass, step->lambda, 0);
  step->h = step_of(s, ORDER, NUMBER(1.0) / step->time, TOLERANCE);
}

INLINE void later_move(series *s, motion *m, const pulse *step) {
  move_series(s, ORDER, step->h, m->v);
  const reals rate = exp(-step->lambda * step->h) / step->time;
  FOR_NUMBERS(i) m->v[i] *= rate;
}

INLINE void load_row(series *s, motion *m, int stride, __global const number *x,
                     __global const number *charge) {
  FOR_NUMBERS(i) s->x[0][i / DIMENSIONS][i % DIMENSIONS] = LOAD_REALS(x + (size_t)i * stride);
  FOR_PAIRS(p) m->charge[p] = LOAD_REALS(charge + (size_t)p * stride);
}

// Velocities at infinity, and the number of steps, or −4 where there were too many. Rows whose
// outcome is not 0 before have nothing to compute.
__kernel void explode(__global const number *x, __global const number *v,
                      __global const number *charge, __constant const number *inverse_mass,
                      __global number *end, __global number *outcome, int moves, int step_limit,
                      int stride) {
  const int row = (int)get_global_id(0) * LANES;
  series s;
  motion m;
  reals a[NUMBERS];
  reals steps = 0;
  load_row(&s, &m, stride, x + row, charge + row);
  start_series(&s, &m, inverse_mass, a);
  marks active = LOAD_REALS(outcome + row) == (reals)0, near = active;
  if (moves) {
    FOR_NUMBERS(i) m.v[i] = LOAD_REALS(v + (size_t)i * stride + row);
  } else {
    pulse step;
    first_pulse(&s, &m, a, inverse_mass, &step);
    first_move(&s, &m, &step);
    start_series(&s, &m, inverse_mass, a);
    steps = 1;
  }
  while (1) {
    pace of;
    find_pace(&s, &m, a, &of);
    near = (of.slowest > NUMBER(0.0)) & (of.error < TAIL_TOLERANCE);
    active = active & !near & (steps < (reals)step_limit);
    if (!ANY(active)) break;
    pulse step;
    later_pulse(&s, &m, a, &of, inverse_mass, &step);
    step.h = active ? step.h : (reals)0;
    later_move(&s, &m, &step);
    start_series(&s, &m, inverse_mass, a);
    steps += active ? (reals)1 : (reals)0;
  }
  add_tail(&s, &m, a, inverse_mass);
  FOR_NUMBERS(i) STORE_REALS(m.v[i], end + (size_t)i * stride + row);
  STORE_REALS(near ? steps : (reals)-4, outcome + row);
}
