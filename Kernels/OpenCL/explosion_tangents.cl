// Derivatives of an explosion along changes of its start, beside the motion itself.
//
// δ is the change at the same time, so that with the names of explosion.cl
//   δp' = λ δp + T² Σ q (G δx + δG x)/m,  δG = −3 (G/r²) x·δx.
// The factors are the motion's coefficients: neither a root nor a reciprocal is needed. One
// direction after another takes a step, and keeps its δx and δv in global memory in between.

// Coefficients of the changes of the vectors of pairs, of x·δx and of δG, by order.
typedef struct {
  reals x[TERMS][PAIRS][DIMENSIONS];
  reals along[TERMS][PAIRS];
  reals g[TERMS][PAIRS];
} tangent_series;

// G/r² by order.
typedef struct {
  reals at[TERMS][PAIRS];
} stiffness_series;

INLINE void expand_stiffness(stiffness_series *stiffness, const series *s, int count) {
  FOR_PAIRS(p) {
    UNROLL for (int k = 0; k < count; k++) {
      reals sum = s->g[k][p];
      UNROLL for (int i = 1; i <= k; i++) sum -= s->r2[i][p] * stiffness->at[k - i][p];
      stiffness->at[k][p] = sum * s->w2[p];
    }
  }
}

// Order k of the changes of the accelerations times T².
INLINE void expand_tangent_forces(tangent_series *d, const series *s,
                                  const stiffness_series *stiffness, int k, const reals *charge,
                                  __constant const number *inverse_mass, reals *a) {
  reals f[PAIRS][DIMENSIONS];
  other_pairs(d->x[k]);
  FOR_PAIRS(p) {
    reals along = 0, stiff = 0;
    UNROLL for (int i = 0; i <= k; i++) FOR_AXES(c) along += s->x[i][p][c] * d->x[k - i][p][c];
    d->along[k][p] = along;
    UNROLL for (int i = 0; i <= k; i++) stiff += stiffness->at[i][p] * d->along[k - i][p];
    d->g[k][p] = NUMBER(-3.0) * stiff;
    FOR_AXES(c) f[p][c] = 0;
    UNROLL for (int i = 0; i <= k; i++) {
      FOR_AXES(c) {
        f[p][c] += s->g[i][p] * d->x[k - i][p][c];
        f[p][c] += d->g[i][p] * s->x[k - i][p][c];
      }
    }
    FOR_AXES(c) f[p][c] *= charge[p];
  }
  accelerate(f, inverse_mass, a);
}

// Coefficients 1 to n of a direction, as expand_series.
INLINE void expand_tangent(tangent_series *d, const series *s, const stiffness_series *stiffness,
                           int n, const pulse *step, reals *p,
                           __constant const number *inverse_mass, int even) {
  reals a[NUMBERS];
  if (!even) {
    FOR_NUMBERS(i) d->x[1][i / DIMENSIONS][i % DIMENSIONS] = p[i];
  }
  UNROLL for (int k = 0; k < (even ? n : n - 1); k++) {
    expand_tangent_forces(d, s, stiffness, k, step->charge, inverse_mass, a);
    FOR_NUMBERS(i) {
      if (even) {
        d->x[k + 1][i / DIMENSIONS][i % DIMENSIONS] =
            a[i] * (NUMBER(1.0) / ((2 * k + 1) * (2 * k + 2)));
      } else {
        p[i] = (a[i] + step->lambda * p[i]) * (NUMBER(1.0) / (k + 1));
        d->x[k + 2][i / DIMENSIONS][i % DIMENSIONS] = p[i] * (NUMBER(1.0) / (k + 2));
      }
    }
  }
}

// Where the numbers of direction e of the rows from `row` on lie.
INLINE size_t tangent_place(int e, int i, int stride, int row) {
  return (size_t)(e * NUMBERS + i) * stride + row;
}

// A step of all directions; the motion is still where it begins.
INLINE void move_tangents(const series *s, const pulse *step, int even, int directions, int stride,
                          int row, __constant const number *inverse_mass, __global number *x,
                          __global number *v) {
  const int n = even ? FIRST_ORDER : ORDER;
  const reals factor =
      even ? NUMBER(2.0) * sqrt(step->h) : exp(-step->lambda * step->h) / step->time;
  stiffness_series stiffness;
  expand_stiffness(&stiffness, s, even ? n : n - 1);
  for (int e = 0; e < directions; e++) {
    tangent_series d;
    reals p[NUMBERS];
    FOR_NUMBERS(i) {
      const size_t at = tangent_place(e, i, stride, row);
      d.x[0][i / DIMENSIONS][i % DIMENSIONS] = LOAD_REALS(x + at);
      p[i] = even ? (reals)0 : LOAD_REALS(v + at) * step->time;
    }
    expand_tangent(&d, s, &stiffness, n, step, p, inverse_mass, even);
    FOR_NUMBERS(i) {
      const int j = i / DIMENSIONS, c = i % DIMENSIONS;
      const size_t at = tangent_place(e, i, stride, row);
      reals to = d.x[n][j][c], rate = 0;
      UNROLL for (int k = n - 1; k >= 0; k--) {
        rate = rate * step->h + to;
        to = to * step->h + d.x[k][j][c];
      }
      STORE_REALS(to, x + at);
      STORE_REALS(rate * factor, v + at);
    }
  }
}

// The change of the impulse that a pair receives in the tail.
INLINE void tangent_impulse(const reals *x, const reals *v, const reals *a, const reals *dx,
                            const reals *dv, const reals *da, reals charge, reals *impulse) {
  reals r2 = 0, v2 = 0, closer = 0, slower = 0, cosine = 0, dcosine = 0, b = 0, db = 0;
  FOR_AXES(c) {
    r2 += x[c] * x[c];
    v2 += v[c] * v[c];
    closer -= x[c] * dx[c];
    slower -= v[c] * dv[c];
  }
  // 1/r and 1/|v|; of both, the relative changes.
  const reals w = NUMBER(1.0) / sqrt(r2), slow = NUMBER(1.0) / sqrt(v2);
  closer *= w * w;
  slower *= slow * slow;
  FOR_AXES(c) {
    const reals r = x[c] * w, u = v[c] * slow;
    const reals dr = dx[c] * w + r * closer, du = dv[c] * slow + u * slower;
    cosine += r * u;
    dcosine += dr * u + r * du;
    b += r * a[c];
    db += dr * a[c] + r * da[c];
  }
  const reals scale = charge * w * slow / (NUMBER(1.0) + cosine);
  const reals dscale = scale * (closer + slower - dcosine / (NUMBER(1.0) + cosine));
  const reals second = NUMBER(0.25) * charge * slow * slow * slow;
  const reals dsecond = NUMBER(3.0) * second * slower;
  FOR_AXES(c) {
    const reals r = x[c] * w, u = v[c] * slow;
    const reals dr = dx[c] * w + r * closer, du = dv[c] * slow + u * slower;
    impulse[c] = dscale * (r + u) + scale * (dr + du) + dsecond * (a[c] - NUMBER(3.0) * r * b) +
                 second * (da[c] - NUMBER(3.0) * (dr * b + r * db));
  }
}

// Adds the change of the tail to δv of all directions; the motion is still where its tail begins.
INLINE void add_tangent_tails(const series *s, const motion *m, const reals *a, int directions,
                              int stride, int row, __constant const number *inverse_mass,
                              __global const number *x, __global number *v) {
  stiffness_series stiffness;
  expand_stiffness(&stiffness, s, 1);
  for (int e = 0; e < directions; e++) {
    tangent_series d;
    reals dv[NUMBERS], da[NUMBERS], f[PAIRS][DIMENSIONS];
    FOR_NUMBERS(i) {
      const size_t at = tangent_place(e, i, stride, row);
      d.x[0][i / DIMENSIONS][i % DIMENSIONS] = LOAD_REALS(x + at);
      dv[i] = LOAD_REALS(v + at);
    }
    expand_tangent_forces(&d, s, &stiffness, 0, m->charge, inverse_mass, da);
    UNROLL for (int i = 0, p = 0; i < ATOMS; i++) UNROLL for (int j = i + 1; j < ATOMS; j++, p++) {
      reals pv[DIMENSIONS], pa[DIMENSIONS], pdv[DIMENSIONS], pda[DIMENSIONS];
      FOR_AXES(c) {
        pv[c] = difference(m->v, i, j, c);
        pa[c] = difference(a, i, j, c);
        pdv[c] = difference(dv, i, j, c);
        pda[c] = difference(da, i, j, c);
      }
      tangent_impulse(s->x[0][p], pv, pa, d.x[0][p], pdv, pda, m->charge[p], f[p]);
    }
    accelerate(f, inverse_mass, da);
    FOR_NUMBERS(i) STORE_REALS(dv[i] + da[i], v + tangent_place(e, i, stride, row));
  }
}

// Velocities at infinity from rest of a row whose positions are loaded, and how they change along
// `directions` changes of the start: δx is overwritten, δv is the result. Returns the number of
// steps, or −4 where there were too many.
INLINE reals fly_with_tangents(series *s, motion *m, marks active, int step_limit, int directions,
                               int stride, int row, __constant const number *inverse_mass,
                               __global number *x, __global number *v) {
  reals a[NUMBERS];
  reals steps = 1;
  marks near = active;
  start_series(s, m, inverse_mass, a);
  pulse first;
  first_pulse(s, m, a, inverse_mass, &first);
  move_tangents(s, &first, 1, directions, stride, row, inverse_mass, x, v);
  first_move(s, m, &first);
  start_series(s, m, inverse_mass, a);
  while (1) {
    pace of;
    find_pace(s, m, a, &of);
    near = (of.slowest > NUMBER(0.0)) & (of.error < TAIL_TOLERANCE);
    active = active & !near & (steps < (reals)step_limit);
    if (!ANY(active)) break;
    pulse step;
    later_pulse(s, m, a, &of, inverse_mass, &step);
    step.h = active ? step.h : (reals)0;
    move_tangents(s, &step, 0, directions, stride, row, inverse_mass, x, v);
    later_move(s, m, &step);
    start_series(s, m, inverse_mass, a);
    steps += active ? (reals)1 : (reals)0;
  }
  add_tangent_tails(s, m, a, directions, stride, row, inverse_mass, x, v);
  add_tail(s, m, a, inverse_mass);
  return near ? steps : (reals)-4;
}

__kernel void explode_tangents(__global const number *x, __global const number *charge,
                               __constant const number *inverse_mass, __global number *dx,
                               __global number *dv, __global number *end, __global number *outcome,
                               int directions, int step_limit, int stride) {
  const int row = (int)get_global_id(0) * LANES;
  series s;
  motion m;
  load_row(&s, &m, stride, x + row, charge + row);
  const reals steps = fly_with_tangents(&s, &m, LOAD_REALS(outcome + row) == (reals)0, step_limit,
                                        directions, stride, row, inverse_mass, dx, dv);
  FOR_NUMBERS(i) STORE_REALS(m.v[i], end + (size_t)i * stride + row);
  STORE_REALS(steps, outcome + row);
}
