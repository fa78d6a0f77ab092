// Geometries that explode into given momenta: one step of Newton's method in the 3N − 3 relative
// coordinates, of every row, from rest.
//
// δ solves J δ = v* − v. It is cut so that no distance changes by more than half, and to a part
// `fraction`, which is quartered where the error did not fall and doubled where it did. `trial` is
// exploded and replaced by the next one; `best` keeps the geometry of the least error so far.

// What a row knows between steps: its least error |p − p*|/|p*|, negative before the first step;
// the part of δ that is taken; and the number of the step at which it was done, 0 before, negative
// where there is nothing to compute.
enum { NEWTON_ERROR, NEWTON_FRACTION, NEWTON_DONE };

// The length of momenta that belong to velocities relative to atom 0, squared.
INLINE reals momentum_square(const reals *v, __constant const number *inverse_mass) {
  number mass = NUMBER(1.0) / inverse_mass[0];
  reals sum[DIMENSIONS], square = 0;
  FOR_AXES(c) sum[c] = 0;
  UNROLL for (int j = 1; j < ATOMS; j++) {
    mass += NUMBER(1.0) / inverse_mass[j];
    FOR_AXES(c) sum[c] -= v[(j - 1) * DIMENSIONS + c] / inverse_mass[j];
  }
  FOR_AXES(c) {
    const reals first = sum[c] / mass;
    square += first * first / (inverse_mass[0] * inverse_mass[0]);
    UNROLL for (int j = 1; j < ATOMS; j++) {
      const reals p = (v[(j - 1) * DIMENSIONS + c] + first) / inverse_mass[j];
      square += p * p;
    }
  }
  return square;
}

// Solves J x = y by elimination; larger pivots are swapped up. Without an answer x is nan or
// infinite.
INLINE void solve_square(reals (*j)[NUMBERS], reals *y) {
  for (int c = 0; c < NUMBERS; c++) {
    for (int r = c + 1; r < NUMBERS; r++) {
      const marks larger = fabs(j[r][c]) > fabs(j[c][c]);
      for (int i = c; i < NUMBERS; i++) {
        const reals here = j[c][i], there = j[r][i];
        j[c][i] = larger ? there : here;
        j[r][i] = larger ? here : there;
      }
      const reals here = y[c], there = y[r];
      y[c] = larger ? there : here;
      y[r] = larger ? here : there;
    }
    const reals inverse = NUMBER(1.0) / j[c][c];
    for (int r = c + 1; r < NUMBERS; r++) {
      const reals factor = j[r][c] * inverse;
      for (int i = c + 1; i < NUMBERS; i++) j[r][i] -= factor * j[c][i];
      y[r] -= factor * y[c];
    }
  }
  for (int c = NUMBERS - 1; c >= 0; c--) {
    for (int i = c + 1; i < NUMBERS; i++) y[c] -= j[c][i] * y[i];
    y[c] /= j[c][c];
  }
}

// The largest part of δ, at most 1, that changes no distance by more than half.
INLINE reals newton_reach(const reals *x, const reals *delta) {
  reals reach = 1;
  UNROLL for (int i = 0; i < ATOMS; i++) UNROLL for (int j = i + 1; j < ATOMS; j++) {
    reals r2 = 0, d2 = 0;
    FOR_AXES(c) {
      const reals r = difference(x, i, j, c), d = difference(delta, i, j, c);
      r2 += r * r;
      d2 += d * d;
    }
    reach = fmin(reach, sqrt(NUMBER(0.25) * r2 / fmax(d2, TINY)));
  }
  return reach;
}

// Next trial from δ, which is J⁻¹ (v* − v) at the best geometry.
//
// - `dx`, `dv`: memory for NUMBERS × NUMBERS numbers a row.
// - `goal`: the error at which a row is done.
__kernel void newton_step(__global number *trial, __global number *best, __global number *delta,
                          __global number *state, __global const number *target,
                          __global const number *charge, __constant const number *inverse_mass,
                          __global number *dx, __global number *dv, number goal, int iteration,
                          int step_limit, int stride) {
  const int row = (int)get_global_id(0) * LANES;
  series s;
  motion m;
  reals x[NUMBERS], y[NUMBERS], wanted[NUMBERS];
  __global number *const of = state + row;
  reals error = LOAD_REALS(of + (size_t)NEWTON_ERROR * stride);
  reals fraction = LOAD_REALS(of + (size_t)NEWTON_FRACTION * stride);
  reals done = LOAD_REALS(of + (size_t)NEWTON_DONE * stride);
  load_row(&s, &m, stride, trial + row, charge + row);
  FOR_NUMBERS(i) x[i] = s.x[0][i / DIMENSIONS][i % DIMENSIONS];
  for (int e = 0; e < NUMBERS; e++) {
    FOR_NUMBERS(i) STORE_REALS((reals)(i == e), dx + tangent_place(e, i, stride, row));
  }
  const marks active = done == (reals)0;
  const reals steps =
      fly_with_tangents(&s, &m, active, step_limit, NUMBERS, stride, row, inverse_mass, dx, dv);
  FOR_NUMBERS(i) {
    wanted[i] = LOAD_REALS(target + (size_t)i * stride + row);
    y[i] = wanted[i] - m.v[i];
  }
  const reals now = sqrt(momentum_square(y, inverse_mass) / momentum_square(wanted, inverse_mass));
  const marks better = active & (steps > (reals)0) & ((now < error) | (error < (reals)0));
  reals j[NUMBERS][NUMBERS];
  for (int e = 0; e < NUMBERS; e++) {
    for (int i = 0; i < NUMBERS; i++) {
      j[i][e] = LOAD_REALS(dv + tangent_place(e, i, stride, row));
    }
  }
  solve_square(j, y);
  error = better ? now : error;
  fraction = better ? fmin(NUMBER(2.0) * fraction, NUMBER(1.0)) : NUMBER(0.25) * fraction;
  done = active & ((error >= (reals)0) & (error <= goal)) ? (reals)iteration : done;
  STORE_REALS(error, of + (size_t)NEWTON_ERROR * stride);
  STORE_REALS(fraction, of + (size_t)NEWTON_FRACTION * stride);
  STORE_REALS(done, of + (size_t)NEWTON_DONE * stride);
  FOR_NUMBERS(i) {
    const size_t at = (size_t)i * stride + row;
    x[i] = better ? x[i] : LOAD_REALS(best + at);
    y[i] = better ? y[i] : LOAD_REALS(delta + at);
    STORE_REALS(x[i], best + at);
    STORE_REALS(y[i], delta + at);
  }
  const reals part = fraction * newton_reach(x, y);
  FOR_NUMBERS(i) STORE_REALS(x[i] + part * y[i], trial + (size_t)i * stride + row);
}
