#ifndef CP_TANGENT_H
#define CP_TANGENT_H

// Derivatives of the motion along given displacements of its start, beside the motion itself.
//
// δ is the change at the same s of dt = g ds, so that its series converge where the motion's do:
//   δx' = δg v + g δv,  δv' = Σ (δ(gu) x + gu δx)/m,  with
//   δ(1/r) = −u x·δx,  δg = −g² Σ δ(1/r),  δ(gu) = δg u − 3 (gu/r²) x·δx,  u = 1/r³
// The factors are the motion's coefficients, so that neither a root nor a reciprocal is needed. The
// velocities at infinity do not depend on where along its way a motion is, and hence not on g.

#include "tail.h"

// Coefficient k of a pair along a direction: δx, x·δx, δ(gu).
enum { ALONG, CHANGE_GU, TANGENT_SCALARS };
// Coefficient k of the whole along a direction: Σ δ(1/r), δg, and δv.
enum { CHANGE_INVERSE, CHANGE_G, CHANGE_VELOCITY };

CP_INLINE vec *tangent_at(const cp_series *s, int direction, int pair, int k) {
  return s->tangent_pairs + (((long)direction * s->shape.pairs + pair) * s->orders + k) *
                                (s->shape.dimensions + TANGENT_SCALARS);
}

CP_INLINE vec *tangent_whole_at(const cp_series *s, int direction, int k) {
  return s->tangent_whole + ((long)direction * s->orders + k) *
                                (CHANGE_VELOCITY + (s->shape.atoms - 1) * s->shape.dimensions);
}

// gu/r² of a pair at order k; g² is behind the last pair.
CP_INLINE vec *stiffness_at(const cp_series *s, int pair, int k) {
  return s->stiffness + (long)pair * s->orders + k;
}

CP_INLINE vec *square_at(const cp_series *s, int k) { return stiffness_at(s, s->shape.pairs, k); }

// Vectors of pairs without atom 0, at order k.
CP_INLINE void tangent_other_pairs(const cp_series *s, int direction, int k) {
  CP_FOR_OTHER_PAIRS(s, p, a, b) {
    const vec *from = tangent_at(s, direction, a - 1, k), *to = tangent_at(s, direction, b - 1, k);
    vec *x = tangent_at(s, direction, p, k);
    for (int c = 0; c < s->shape.dimensions; c++) x[c] = to[c] - from[c];
  }
}

// Order k of what does not depend on the forces: x·δx, Σ δ(1/r) and δg.
CP_INLINE void tangent_distances(const cp_series *s, int direction, int k) {
  const int d = s->shape.dimensions;
  vec inverse = {}, g = {};
  tangent_other_pairs(s, direction, k);
  for (int p = 0; p < s->shape.pairs; p++) {
    vec along = {};
    for (int i = 0; i <= k; i++) {
      const vec *x = pair_at(s, p, i), *dx = tangent_at(s, direction, p, k - i);
      for (int c = 0; c < d; c++) along += x[c] * dx[c];
    }
    tangent_at(s, direction, p, k)[d + ALONG] = along;
    for (int i = 0; i <= k; i++) {
      inverse -= pair_at(s, p, i)[d + U] * tangent_at(s, direction, p, k - i)[d + ALONG];
    }
  }
  tangent_whole_at(s, direction, k)[CHANGE_INVERSE] = inverse;
  for (int i = 0; i <= k; i++) {
    g -= *square_at(s, i) * tangent_whole_at(s, direction, k - i)[CHANGE_INVERSE];
  }
  tangent_whole_at(s, direction, k)[CHANGE_G] = g;
}

// Order k of the change of a pair's force times g.
CP_INLINE void tangent_force(const cp_series *s, int direction, int p, int k) {
  const int d = s->shape.dimensions;
  vec stiff = {}, gu = {}, f[3] = {};
  for (int i = 0; i <= k; i++) {
    const vec *x = pair_at(s, p, i), *dx = tangent_at(s, direction, p, k - i);
    stiff += *stiffness_at(s, p, i) * dx[d + ALONG];
    gu += x[d + U] * tangent_whole_at(s, direction, k - i)[CHANGE_G];
    for (int c = 0; c < d; c++) f[c] += x[d + GU] * dx[c];
  }
  tangent_at(s, direction, p, k)[d + CHANGE_GU] = gu - 3.0 * stiff;
  for (int i = 0; i <= k; i++) {
    const vec *x = pair_at(s, p, i), *dx = tangent_at(s, direction, p, k - i);
    for (int c = 0; c < d; c++) f[c] += dx[d + CHANGE_GU] * x[c];
  }
  for (int c = 0; c < d; c++) s->partial[p * d + c] = s->charge[p] * f[c];
}

// The velocities that the forces of order k give, as series_velocity.
CP_INLINE void tangent_velocity(const cp_series *s, int direction, int k, int even) {
  for (int p = 0; p < s->shape.pairs; p++) tangent_force(s, direction, p, k);
  series_accelerate(s, tangent_whole_at(s, direction, even ? k : k + 1) + CHANGE_VELOCITY,
                    1.0 / (even ? 2 * k + 1 : k + 1));
}

CP_INLINE void tangent_position(const cp_series *s, int direction, int k, int even) {
  const int d = s->shape.dimensions;
  const double factor = 1.0 / (even ? 2 * k + 2 : k + 1);
  for (int j = 0; j < s->shape.atoms - 1; j++) {
    vec x[3] = {};
    for (int i = 0; i <= k; i++) {
      const vec *motion = whole_at(s, k - i), *change = tangent_whole_at(s, direction, k - i);
      const vec g = whole_at(s, i)[G], dg = tangent_whole_at(s, direction, i)[CHANGE_G];
      for (int c = 0; c < d; c++) x[c] += g * change[CHANGE_VELOCITY + j * d + c];
      for (int c = 0; c < d; c++) x[c] += dg * motion[VELOCITY + j * d + c];
    }
    for (int c = 0; c < d; c++) tangent_at(s, direction, j, k + 1)[c] = x[c] * factor;
  }
}

// Orders below `count` of the factors that only the derivatives need.
CP_INLINE void tangent_factors(const cp_series *s, int count) {
  const int d = s->shape.dimensions;
  for (int k = 0; k < count; k++) {
    vec square = {};
    for (int i = 0; i <= k; i++) square += whole_at(s, i)[G] * whole_at(s, k - i)[G];
    *square_at(s, k) = square;
    for (int p = 0; p < s->shape.pairs; p++) {
      vec sum = {};
      for (int i = 0; i <= k; i++) sum += pair_at(s, p, i)[d + GU] * pair_at(s, p, k - i)[d + WW];
      *stiffness_at(s, p, k) = sum;
    }
  }
}

// Coefficients 1 to n of all directions, once the motion has its own.
CP_INLINE void tangent_expand(const cp_series *s, int n, int even) {
  if (s->directions == 0) return;
  tangent_factors(s, n);
  for (int direction = 0; direction < s->directions; direction++) {
    for (int k = 0; k < n; k++) {
      tangent_distances(s, direction, k);
      if (even) tangent_velocity(s, direction, k, 1);
      tangent_position(s, direction, k, even);
      if (!even && k < n - 1) tangent_velocity(s, direction, k, 0);
    }
  }
}

// Moves to `h` of the series' variable; leaves dδx/ds in the place of δv.
CP_INLINE void tangent_move(const cp_series *s, int n, vec h, int even) {
  const int d = s->shape.dimensions;
  const vec factor = even ? 2.0 * vec_sqrt(h) : vec_of(1.0);
  for (int direction = 0; direction < s->directions; direction++) {
    for (int j = 0; j < s->shape.atoms - 1; j++) {
      vec x[3], rate[3];
      for (int c = 0; c < d; c++) {
        x[c] = tangent_at(s, direction, j, n)[c];
        rate[c] = (vec){};
      }
      for (int k = n - 1; k >= 0; k--) {
        const vec *term = tangent_at(s, direction, j, k);
        for (int c = 0; c < d; c++) {
          rate[c] = rate[c] * h + x[c];
          x[c] = x[c] * h + term[c];
        }
      }
      for (int c = 0; c < d; c++) {
        tangent_at(s, direction, j, 0)[c] = x[c];
        tangent_whole_at(s, direction, 0)[CHANGE_VELOCITY + j * d + c] = rate[c] * factor;
      }
    }
  }
}

// From dδx/ds to δv = (dδx/ds − δg v)/g, where the motion has arrived.
CP_INLINE void tangent_rate_to_velocity(const cp_series *s) {
  if (s->directions == 0) return;
  const int count = (s->shape.atoms - 1) * s->shape.dimensions;
  const vec *motion = whole_at(s, 0);
  *square_at(s, 0) = motion[G] * motion[G];
  for (int direction = 0; direction < s->directions; direction++) {
    tangent_distances(s, direction, 0);
    vec *change = tangent_whole_at(s, direction, 0);
    for (int i = 0; i < count; i++) {
      vec *v = change + CHANGE_VELOCITY + i;
      *v = (*v - change[CHANGE_G] * motion[VELOCITY + i]) * motion[INVERSE_G];
    }
  }
}

// The change of a pair's impulse in the tail; names as there, δ written d.
CP_INLINE void tangent_impulse(const cp_series *s, const cp_pair_motion *m, vec charge,
                               const vec *dx, const vec *dv, const vec *da, vec *impulse) {
  const int d = s->shape.dimensions;
  // 1/|v|, r̂·v̂, r̂·a and their changes.
  const vec slow = m->w / vec_sqrt(m->speed2);
  vec xdx = {}, vdv = {}, cosine = {}, dcosine = {}, b = {}, db = {}, r[3], v[3], dr[3], dw[3];
  for (int c = 0; c < d; c++) {
    r[c] = m->x[c] * m->w;
    v[c] = m->v[c] * slow;
    xdx += r[c] * dx[c];
    vdv += v[c] * dv[c];
  }
  // Relative changes of 1/r and 1/|v|.
  const vec closer = -xdx * m->w, slower = -vdv * slow;
  for (int c = 0; c < d; c++) {
    dr[c] = dx[c] * m->w + r[c] * closer;
    dw[c] = dv[c] * slow + v[c] * slower;
    cosine += r[c] * v[c];
    dcosine += dr[c] * v[c] + r[c] * dw[c];
    b += r[c] * m->a[c];
    db += dr[c] * m->a[c] + r[c] * da[c];
  }
  const vec scale = charge * m->w * slow / (1.0 + cosine);
  const vec dscale = scale * (closer + slower - dcosine / (1.0 + cosine));
  const vec second = 0.25 * charge * slow * slow * slow, dsecond = 3.0 * second * slower;
  for (int c = 0; c < d; c++) {
    impulse[c] = dscale * (r[c] + v[c]) + scale * (dr[c] + dw[c]) +
                 dsecond * (m->a[c] - 3.0 * r[c] * b) +
                 second * (da[c] - 3.0 * (dr[c] * b + r[c] * db));
  }
}

// Adds the change of the tail to δv; the motion is still where its tail begins.
CP_INLINE void tangent_tail(const cp_series *s) {
  if (s->directions == 0) return;
  const int d = s->shape.dimensions, n = s->shape.atoms;
  const vec inverse_g = whole_at(s, 0)[INVERSE_G];
  tangent_factors(s, 1);
  for (int direction = 0; direction < s->directions; direction++) {
    tangent_distances(s, direction, 0);
    tangent_velocity(s, direction, 0, 0);
    const vec dg = tangent_whole_at(s, direction, 0)[CHANGE_G];
    vec *v = tangent_whole_at(s, direction, 0) + CHANGE_VELOCITY;
    vec *ga = tangent_whole_at(s, direction, 1) + CHANGE_VELOCITY;
    CP_FOR_PAIRS(s, p, a, b) {
      const cp_pair_motion m = tail_motion(s, p, a, b);
      vec dv[3], da[3];
      for (int c = 0; c < d; c++) {
        const int to = (b - 1) * d + c, base = (a - 1) * d + c;
        dv[c] = a > 0 ? v[to] - v[base] : v[to];
        da[c] = ((a > 0 ? ga[to] - ga[base] : ga[to]) - dg * m.a[c]) * inverse_g;
      }
      tangent_impulse(s, &m, s->charge[p], tangent_at(s, direction, p, 0), dv, da,
                      s->partial + p * d);
    }
    series_accelerate(s, ga, 1.0);
    for (int i = 0; i < (n - 1) * d; i++) v[i] += ga[i];
  }
}

#endif
